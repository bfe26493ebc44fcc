import { describe } from 'vitest';
import type { ToolName } from '../../src/incident/action.ts';
import { githubScenarios } from './scenarios/github.ts';
import { localClusterScenarios } from './scenarios/kubernetes.ts';
import { toolContract, type SetUp } from './tool-contract.ts';

// A tool without a scenario does not compile.
const scenarios: Record<ToolName, SetUp> = {
  ...localClusterScenarios,
  ...githubScenarios,
};

describe.each(Object.entries(scenarios) as [ToolName, SetUp][])('%s', (name, setUp) => {
  toolContract(name, setUp);
});
