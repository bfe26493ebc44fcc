import type { ProposalState } from '../../src/incident/proposal.ts';
import { verify as verifyForReal, type VerifyStore } from '../../src/verify/verify.ts';
import { aProposal } from '../../test/support/incident-view.ts';
import { isWell, traceOf, type Trace } from '../support/metric-trace.ts';
import type { Property } from '../support/property.ts';

type Seams = { verify: typeof verifyForReal };

/** Nothing counts as having helped unless it did. The judge of that is the script of each trace itself. */
export const verification: Property<Seams> = {
  name: 'verification is honest',
  claim:
    'No action is called a success unless all that it was to reach was true for as long as it had to be.',
  async run({ random, tally, size }, { verify = verifyForReal } = {}) {
    const traces = size({ quick: 300, ci: 1_500, full: 6_000 });
    for (let number = 0; number < traces; number += 1) {
      const trace = traceOf(number, random);
      const { outcome, at } = await outcomeOf(trace, verify);
      const { holdsS } = trace.predicate;
      const claimed = trace.moments.slice(Math.max(0, at - holdsS), at + 1);
      const honest = outcome !== 'succeeded' || claimed.every((moment) => isWell(trace.predicate, moment));
      tally.check(honest, () => `trace ${number} (${trace.story}) called a success after ${at} s`);
      tally.count(outcome);
      if (isPlainRecovery(trace)) {
        tally.count('plain recoveries');
        tally.check(
          outcome === 'succeeded',
          () => `trace ${number} (${trace.story}) recovered and was called ${outcome}`,
        );
      }
    }
  },
};

/** Lets the verification look at a trace until it has made up its mind. */
async function outcomeOf(
  trace: Trace,
  verify: typeof verifyForReal,
): Promise<{ outcome: ProposalState | 'undecided'; at: number }> {
  let outcome: ProposalState | 'undecided' = 'undecided';
  let now = 0;
  let heldSince: number | null = null;
  let lookedAt: number | null = null;
  const moment = () => trace.moments[now] ?? { firing: 0, signals: [] };
  const store: VerifyStore = {
    firingAlerts: async () => moment().firing,
    secondsSinceEffect: async () => now,
    async noteHolding(_, holds, mostGapS) {
      const isGap = lookedAt === null || now - lookedAt > mostGapS;
      heldSince = holds ? (isGap ? now : (heldSince ?? now)) : null;
      lookedAt = now;
      return heldSince === null ? null : now - heldSince;
    },
    async moveProposal(_, __, to) {
      outcome = to;
      return true;
    },
    record: async () => undefined,
    stopPlan: async () => undefined,
    enqueue: async () => undefined,
  };
  const signals = {
    async value(query: string) {
      const value = moment().signals[Number(query)] ?? null;
      if (value instanceof Error) throw value;
      return value;
    },
  };
  const base = aProposal({ state: 'verifying' });
  const proposal = { ...base, consent: { ...base.consent, predicate: trace.predicate } };
  for (const at of trace.looksAt) {
    now = at;
    await verify(proposal, { signals, settled: async () => true, transaction: (work) => work(store) });
    if (outcome !== 'undecided') break;
  }
  return { outcome, at: now };
}

/** Well from some moment in the window to the end, and looked at every second: this has to be seen. */
function isPlainRecovery({ predicate, moments, looksAt }: Trace): boolean {
  const since = moments.findIndex((_, at) => moments.slice(at).every((later) => isWell(predicate, later)));
  return since >= 0 && since < predicate.withinS && looksAt.length === moments.length;
}
