import type { HttpRequests } from '../../src/act/world/http.ts';
import type { McpServers } from '../../src/act/world/mcp.ts';
import type { Ledger } from './whole-world.ts';

/** The one request that is configured: it pauses a queue, and another reads whether it is paused. */
export function brokerOf(ledger: Ledger): HttpRequests {
  const paused = new Set<string>();
  return {
    fill(template, values) {
      const { queue, ...rest } = values;
      if (template !== 'pause-queue' || queue === undefined || Object.keys(rest).length > 0)
        return { mistake: `There is no request ${template} with these values.` };
      return {
        definition: 'd1',
        method: 'POST',
        url: `https://broker.example/queues/${queue}/pause`,
        body: null,
        risk: 'high',
        repeatable: true,
        inverse: null,
        async send() {
          ledger(`queue ${queue}`, 'pause');
          paused.add(queue);
        },
        look: async () => ({ asWanted: paused.has(queue), seen: paused.has(queue) ? 'paused' : 'running' }),
      };
    },
  };
}

/** The one tool that writes of the one MCP server that is configured, with a read-back. */
export function toolServerOf(ledger: Ledger): McpServers {
  const values = new Map<string, string>();
  return {
    async prepare(server, tool, { key, value }) {
      if (server !== 'store' || tool !== 'set' || typeof key !== 'string' || typeof value !== 'string')
        return { mistake: `${tool} of “${server}” is not configured, or takes other arguments.` };
      return {
        definition: 'd1',
        risk: 'high',
        reversible: false,
        repeatable: true,
        services: null,
        inverse: null,
        look: async () => ({ asWanted: values.get(key) === value, seen: values.get(key) ?? 'none' }),
        async send() {
          ledger(`store ${key}`, value);
          values.set(key, value);
        },
      };
    },
  };
}
