import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { confirmationOf, LONGEST_TYPED, type Confirmation } from '../../incident/confirmation.ts';
import { parseIncidentName } from '../../incident/incident.ts';
import type { Via } from '../../incident/journal.ts';
import { cardText } from '../../incident/literal.ts';
import type { Person } from '../../incident/person.ts';
import { questionOf, type Waiting as WaitsForPeople } from '../../incident/question.ts';
import { plain } from '../../incident/text.ts';
import type { Answer, Desk } from '../slack/desk.ts';
import { answer } from './answer.ts';
import type { Door } from './door.ts';
import { knownByKey } from './known-by-key.ts';
import { createWrongKeys } from './wrong-keys.ts';

/** What a person at the machine may ask for. `as` is a name or a Slack user id of sitrep.yaml. */
const askedSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('list'), as: z.string().max(100) }),
  z.strictObject({
    do: z.literal('approve'),
    as: z.string().max(100),
    proposalId: z.uuid(),
    digest: z.string().regex(/^[0-9a-f]{64}$/),
    typed: z.string().max(LONGEST_TYPED).optional(),
  }),
  z.strictObject({
    do: z.literal('reject'),
    as: z.string().max(100),
    proposalId: z.uuid(),
    reason: z.string().max(500),
  }),
  z.strictObject({
    do: z.literal('propose'),
    as: z.string().max(100),
    incident: z
      .string()
      .regex(/^INC-[1-9]\d{0,8}$/i)
      .optional(),
    words: z.array(z.string().max(8_000)).max(50),
    why: z.string().max(500),
  }),
  z.strictObject({
    do: z.literal('stop'),
    as: z.string().max(100),
    why: z.string().max(300),
    undoLastS: z.int().min(0).max(86_400).nullable(),
    order: z.uuid(),
  }),
  z.strictObject({ do: z.literal('resume'), as: z.string().max(100) }),
]);
export type AskedInTerminal = z.infer<typeof askedSchema>;

/** A proposal that waits, as plain text shows it: the card whole, with invisible characters by their numbers. */
export type Waiting = {
  id: string;
  incidentId: number;
  title: string;
  card: string;
  digest: string;
  /** What must be typed to approve it, in words; null where a click is enough. */
  typeThis: string | null;
};

/** What the handler needs of the rest. */
export type TerminalDesk = Pick<Desk, 'approve' | 'reject' | 'propose' | 'resume' | 'refused'> & {
  stop(asked: {
    person: string;
    why: string;
    undoLastS: number | null;
    order: string;
    via: Via;
  }): Promise<Answer>;
};

const MOST_BYTES = 16_384;

/**
 * Answers people at the machine itself, for when Slack is down. Whoever comes proves who they are by a key whose hash
 * stands in sitrep.yaml; from there on all goes as in Slack.
 */
export function terminalHandler(parts: {
  people: readonly Person[];
  desk: TerminalDesk;
  awaiting: () => Promise<WaitsForPeople[]>;
  door: Door;
  /** Stands in for time passing. */
  wait?: (ms: number) => Promise<void>;
}): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { people, desk, awaiting, door } = parts;
  const { via } = door;
  const wrongKeys = createWrongKeys(desk.refused, parts.wait);
  return async (request, response) => {
    if (door.isClosedTo(request))
      return answer(response, 403, {
        error: 'only for this machine',
        fix: 'Run the command on the host of Sitrep.',
      });
    if (request.method !== 'POST')
      return answer(response, 405, { error: 'use POST', fix: 'See sitrep --help.' });
    const parsed = askedSchema.safeParse(await read(request));
    if (!parsed.success)
      return answer(response, 400, {
        error: 'not readable',
        fix: 'Use the sitrep command of the same version.',
      });
    const asked = parsed.data;
    const key = /^Bearer ([\w-]{43,100})$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const person = knownByKey(people, asked.as, key);
    if (person === null) {
      const why = 'the key does not belong to this person, or sitrep.yaml has no key_sha256 for them';
      const proposalId = 'proposalId' in asked ? asked.proposalId : null;
      const refusal = { person: plain(asked.as, 50), asked: asked.do, why, proposalId, via };
      if (!(await wrongKeys.note(refusal)))
        return answer(response, 429, { error: 'too many wrong keys', fix: 'Wait a minute, and try again.' });
      return answer(response, 401, { error: why, fix: '“sitrep key” makes a key and its hash.' });
    }
    if (asked.do === 'list') return answer(response, 200, { waiting: (await awaiting()).map(waitingOf) });
    return answer(response, 200, await decide(desk, asked, { person: person.slackId, via }));
  };
}

function waitingOf({ proposal, steps = [proposal] }: WaitsForPeople): Waiting {
  const question = questionOf(steps);
  const { title, card, digest } = question;
  const { id, incidentId } = question.lead;
  const typeThis = toType(confirmationOf(question));
  return { id, incidentId, title: cardText([title]), card: cardText(card), digest, typeThis };
}

function decide(
  desk: TerminalDesk,
  asked: Exclude<AskedInTerminal, { do: 'list' }>,
  by: { person: string; via: Via },
): Promise<Answer> {
  switch (asked.do) {
    case 'approve': {
      const { proposalId, digest, typed } = asked;
      return desk.approve({ ...by, proposalId, digest, ...(typed === undefined ? {} : { typed }) });
    }
    case 'reject':
      return desk.reject({ ...by, proposalId: asked.proposalId, reason: asked.reason });
    case 'propose': {
      const { incident, words, why } = asked;
      const incidentId = incident === undefined ? null : parseIncidentName(incident);
      return desk.propose({ person: by.person, incidentId, words, why });
    }
    case 'stop':
      return desk.stop({ ...by, why: asked.why, undoLastS: asked.undoLastS, order: asked.order });
    case 'resume':
      return desk.resume({ person: by.person });
    default:
      return asked satisfies never;
  }
}

function toType(confirmation: Confirmation): string | null {
  if (confirmation.by === 'click') return null;
  return confirmation.told ? `${confirmation.what}: ${confirmation.text}` : confirmation.what;
}

async function read(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return null;
  }
}
