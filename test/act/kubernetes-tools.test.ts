import { describe } from 'vitest';
import type { ToolName } from '../../src/incident/action.ts';
import { realApiServer, realUrl } from '../support/real-api-server.ts';
import { kubernetesScenarios } from './scenarios/kubernetes.ts';
import { toolContract, type SetUp } from './tool-contract.ts';

// The same contract as in tool-contract.test.ts, where somebody has set a real API server up.
describe.skipIf(realUrl === undefined)('real API server at KUBE_TEST_URL', () => {
  const subject = realApiServer();
  const scenarios = kubernetesScenarios(async () => subject());
  describe.each(Object.entries(scenarios) as [ToolName, SetUp][])('%s', (name, setUp) => {
    toolContract(name, setUp);
  });
});
