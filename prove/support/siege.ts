import { openInvestigator } from '../../src/adapters/openai/investigator.ts';
import { renderHome } from '../../src/adapters/slack/render/home.ts';
import { renderSlot, type MessageSlot } from '../../src/adapters/slack/render/slots.ts';
import { createRepeatable } from './besieged-sources.ts';
import { openWorld, type StageOptions, type World } from './world.ts';
import { startHostileModel, type HostileModel } from './hostile-model.ts';
import type { CodeHost } from '../../src/act/world/code-host.ts';
import type { IncidentView } from '../../src/incident/view.ts';
import { worldOf } from '../../test/support/world.ts';

/** Tokens that the model may use for one incident. */
export const CAP = 40_000;
const API_KEY = 'sk-prove-the-key-of-the-model-0123456789';

/** A world in which the model, every source and some of the people are the attacker's. */
export type Siege = {
  world: World;
  model: HostileModel;
  sources: ReturnType<typeof createRepeatable>;
  /** Writes to the code host; the cluster keeps its own account. */
  codeWrites: string[];
  /** Everything that has left since the last `forget`, by where it went. */
  left(view: IncidentView | null): Record<string, string>;
  forget(): void;
  close(): Promise<void>;
};

export async function openSiege(over: StageOptions = {}): Promise<Siege> {
  const model = await startHostileModel();
  const sources = createRepeatable();
  const codeWrites: string[] = [];
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
  const world = await openWorld((recorded) => ({
    investigator,
    sources: sources.evidence,
    settings: {
      modelTokens: { perIncident: CAP, perDay: 1_000_000_000 },
      // Every attack must meet something that can be approved.
      approvals: { pendingPerIncident: 4, perHour: 1_000_000 },
    },
    ports: {
      world: worldOf({ cluster: recorded, codeHost: recordedHost(codeWrites) }),
      publishPostmortem: async (id, markdown) => {
        postmortems.push(markdown);
        return `INC-${id}.md`;
      },
    },
    ...over,
  }));
  return {
    world,
    model,
    sources,
    codeWrites,
    left: (view) => ({
      'the model': model.seen.join('\n'),
      Slack: view ? shownInSlack(view) : '',
      GitHub: codeWrites.join('\n'),
      'the log': log.join('\n'),
      'a postmortem': postmortems.join('\n'),
    }),
    forget() {
      log.length = 0;
      postmortems.length = 0;
      codeWrites.length = 0;
    },
    async close() {
      await world.close();
      await model.close();
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
    stopped: view.stopped,
    threads: new Map(),
  });
  return JSON.stringify([...slots.map((slot) => renderSlot(view, slot, true)), home]);
}

function recordedHost(writes: string[]): CodeHost {
  return {
    previewRevert: async () => ({ base: 'main', files: ['a.js'], subject: 'a change' }),
    async openRevert(repo, sha, text) {
      writes.push(`open ${repo} ${sha} ${JSON.stringify(text)}`);
      return { number: 1, url: 'https://github.example/1', state: 'open' };
    },
    findRevert: async () => null,
    pullRequest: async () => null,
    closePullRequest: async (repo, number) => void writes.push(`close ${repo} ${number}`),
  };
}
