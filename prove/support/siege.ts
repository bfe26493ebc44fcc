import { openInvestigator } from '../../src/adapters/openai/investigator.ts';
import { renderHome } from '../../src/adapters/slack/render/home.ts';
import { renderSlot, type MessageSlot } from '../../src/adapters/slack/render/slots.ts';
import { besiegedSources } from './besieged-sources.ts';
import { startMcpServer } from './mcp-server.ts';
import { renewableWorld } from './whole-world.ts';
import { ASK_ALWAYS, openWorld, type StageOptions, type World } from './world.ts';
import { startHostileModel, type HostileModel } from './hostile-model.ts';
import type { IncidentView } from '../../src/incident/view.ts';
import { aRule } from '../../test/support/policy.ts';

/** Tokens that the model may use for one incident. */
export const CAP = 40_000;
const API_KEY = 'sk-prove-the-key-of-the-model-0123456789';

/** What the policy allows nobody, however willingly people approve. */
export const OFF_LIMITS = aRule({
  name: 'off limits',
  when: { tools: ['kubernetes.cordon', 'github.dispatch_workflow', 'http.request'] },
  then: 'off',
});

/** A world in which the model, every source and some of the people are the attacker's. */
export type Siege = {
  world: World;
  model: HostileModel;
  sources: ReturnType<typeof besiegedSources>;
  /** Every write since the last `renew`, as its target and what was written. */
  writes: { target: string; what: string }[];
  /** Calls of tools of the MCP server since then. */
  foreignCalls(): number;
  /** Everything outside is as it was at first, and nothing has left. */
  renew(): void;
  /** Everything that has left since the last `renew`, by where it went. */
  left(view: IncidentView | null): Record<string, string>;
  close(): Promise<void>;
};

export async function openSiege(over: StageOptions = {}): Promise<Siege> {
  const model = await startHostileModel();
  const server = await startMcpServer();
  const sources = besiegedSources(server);
  const writes: Siege['writes'] = [];
  const log: string[] = [];
  const postmortems: string[] = [];
  const investigator = openInvestigator({
    apiKey: API_KEY,
    baseUrl: model.baseUrl,
    model: 'hostile',
    lookups: sources.lookups,
    timeoutMs: 20_000,
    log: { warn: (...args: unknown[]) => void log.push(JSON.stringify(args)) },
  });
  let renew = (): void => undefined;
  const world = await openWorld((recorded) => {
    const whole = renewableWorld(recorded, (target, what) => void writes.push({ target, what }));
    renew = whole.renew;
    return {
      investigator,
      policy: { ...ASK_ALWAYS, rules: [OFF_LIMITS, ...ASK_ALWAYS.rules] },
      sources: sources.evidence,
      world: whole.world,
      writable: whole.world,
      settings: {
        modelTokens: { perIncident: CAP, perDay: 1_000_000_000 },
        // Every attack must meet something that can be approved.
        approvals: { pendingPerIncident: 4, perHour: 1_000_000 },
      },
      ports: {
        publishPostmortem: async (id, markdown) => {
          postmortems.push(markdown);
          return `INC-${id}.md`;
        },
      },
      ...over,
    };
  });
  return {
    world,
    model,
    sources,
    writes,
    foreignCalls: () => server.calls.length,
    left: (view) => ({
      // Every request repeats the conversation so far; each message of it is searched once.
      'the model': [...new Set(model.seen.flatMap((body) => body.split('{"role"')))].join('\n'),
      'the MCP server': server.calls.join('\n'),
      Slack: view ? shownInSlack(view) : '',
      'what was written to': JSON.stringify(writes),
      'the log': log.join('\n'),
      'a postmortem': postmortems.join('\n'),
    }),
    renew() {
      world.cluster.renew();
      renew();
      for (const kept of [log, postmortems, writes, server.calls]) kept.length = 0;
    },
    async close() {
      await world.close();
      await model.close();
      await server.close();
    },
  };
}

/** Every message of an incident, and the App Home, as they go to Slack. */
export function shownInSlack(view: IncidentView): string {
  const slots: MessageSlot[] = [
    'summary',
    'evidence',
    ...view.proposals.flatMap(({ id }): MessageSlot[] => [`proposal:${id}`, `outcome:${id}`]),
  ];
  const awaiting = view.proposals
    .filter(({ state }) => state === 'proposed')
    .map((proposal) => ({ proposal, incident: view.incident }));
  const home = renderHome({
    person: 'U0APPROVER',
    ongoing: [view.incident],
    awaiting,
    held: new Map([[view.incident.id, { count: 1, why: view.incident.title }]]),
    stopped: view.stopped,
    threads: new Map(),
  });
  return JSON.stringify([...slots.map((slot) => renderSlot(view, slot, true)), home]);
}
