import { describe } from 'vitest';
import { allScenarios } from './scenarios/all.ts';
import { toolContract } from './tool-contract.ts';

describe.each(allScenarios)('%s%s', (name, _where, setUp) => {
  toolContract(name, setUp);
});
