import type { ToolName } from '../../../src/incident/action.ts';
import { mcpScenarios } from './mcp.ts';
import type { SetUp } from '../tool-contract.ts';
import { flagFileScenarios, unleashScenarios } from './flag.ts';
import { flyScenarios } from './fly.ts';
import { githubScenarios } from './github.ts';
import { httpScenarios, requestWithoutInverse } from './http.ts';
import { localClusterScenarios } from './kubernetes.ts';

/** One for every tool of the catalogue; a tool without one does not compile. */
const scenarios: Record<ToolName, SetUp> = {
  ...localClusterScenarios,
  ...flyScenarios,
  ...githubScenarios,
  ...flagFileScenarios,
  ...httpScenarios,
  ...mcpScenarios,
};

/** Each with where it is tried, where it is tried in more than one place. */
export const allScenarios: [tool: ToolName, where: string, setUp: SetUp][] = [
  ...(Object.entries(scenarios) as [ToolName, SetUp][]).map(([tool, setUp]): [ToolName, string, SetUp] => [
    tool,
    '',
    setUp,
  ]),
  ['flag.disable', ' in Unleash', unleashScenarios['flag.disable']],
  ['flag.enable', ' in Unleash', unleashScenarios['flag.enable']],
  ['http.request', ' without an inverse', requestWithoutInverse],
];
