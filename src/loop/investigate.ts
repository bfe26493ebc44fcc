import { sha256 } from '../incident/canonical.ts';
import { evidenceHash } from '../incident/evidence.ts';
import { SITREP } from '../incident/person.ts';
import type { LoopPorts } from './ports.ts';

/** Requests to the model in one investigation. */
const CALLS = 6;
/** And in a storm, when there are many incidents at once and people have little time to read. */
const CALLS_IN_A_STORM = 1;

/** Asks the model for causes, within its budget, and records what it said and what it cost. */
export async function investigate(ports: LoopPorts, id: number): Promise<void> {
  const { investigator } = ports;
  const view = await ports.transaction((store) => store.view(id));
  if (!view || !investigator) return;
  const { perIncident, perDay } = ports.settings.modelTokens;
  const tokens = await ports.transaction((store) => store.modelTokensLeft(id, perIncident, perDay));
  const about = { incidentId: id, actor: SITREP };
  if (tokens <= 0) {
    await ports.transaction((store) =>
      store.record({
        kind: 'evidence.missing',
        ...about,
        what: 'The model was not asked: its token budget is used up.',
      }),
    );
    return;
  }
  const storming = await ports.transaction((store) => store.storming());
  if (storming && view.journal.some((entry) => entry.kind === 'model.called')) return;
  const calls = storming ? CALLS_IN_A_STORM : CALLS;
  const result = await investigator.investigate(view, { tokens, calls });
  const given = view.evidence
    .filter(({ current }) => current)
    .map((piece) => ({ id: piece.id, hash: evidenceHash(piece) }));
  await ports.transaction(async (store) => {
    await store.addModelCalls(id, result.calls);
    // The texts stand apart, so that they can be erased; the chain keeps what proves them.
    for (const call of result.calls) {
      await store.record({
        kind: 'model.called',
        ...about,
        model: call.model,
        promptHash: sha256(call.prompt),
        answerHash: sha256(call.answer),
        tokens: call.tokens,
        outcome: result.outcome,
        parameters: call.parameters,
        lookups: call.lookups,
        evidence: given,
      });
    }
    for (const what of result.notes ?? []) await store.record({ kind: 'evidence.missing', ...about, what });
    if (result.outcome === 'nothing') {
      await store.record({ kind: 'evidence.missing', ...about, what: result.why });
      return;
    }
    await store.replaceHypotheses(id, 'model', result.hypotheses);
    for (const one of result.hypotheses) {
      const cited = view.evidence
        .filter((piece) => one.evidenceFor.includes(piece.id))
        .map((piece) => piece.title);
      await store.record({ kind: 'hypothesis.raised', ...about, ...one, evidence: cited });
    }
  });
}
