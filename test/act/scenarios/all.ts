import type { ToolName } from '../../../src/incident/action.ts';
import type { SetUp } from '../tool-contract.ts';
import { flyScenarios } from './fly.ts';
import { githubScenarios } from './github.ts';
import { localClusterScenarios } from './kubernetes.ts';

/** One for every tool of the catalogue; a tool without one does not compile. */
const scenarios: Record<ToolName, SetUp> = {
  ...localClusterScenarios,
  ...flyScenarios,
  ...githubScenarios,
};

export const allScenarios = Object.entries(scenarios) as [ToolName, SetUp][];
