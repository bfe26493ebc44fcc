import { startBroker } from '../../support/broker.ts';
import type { Scenario, SetUp } from '../tool-contract.ts';

export const httpScenarios: Record<'http.request', SetUp> = {
  async 'http.request'() {
    const broker = await startBroker();
    return {
      ...about(broker),
      action: {
        tool: 'http.request',
        arguments: { template: 'pause-queue', values: { queue: 'orders', why: 'poison message' } },
      },
      changeByOthers: async () => void broker.paused.set('orders', 'draining'),
    };
  },
};

export const requestWithoutInverse: SetUp = async () => ({
  ...about(await startBroker()),
  action: { tool: 'http.request', arguments: { template: 'purge', values: { path: 'orders' } } },
  changeByOthers: 'whoever removes the queue does what was asked for',
});

/** Neither template says that it may be sent twice. */
function about({
  world,
  written,
  paused,
}: Awaited<ReturnType<typeof startBroker>>): Pick<Scenario, 'world' | 'writes' | 'state' | 'untouched'> {
  return {
    world,
    writes: () => written.length,
    state: async () => Object.fromEntries(paused),
    untouched: 'unclear',
  };
}
