import { createHash, randomBytes } from 'node:crypto';
import type { Waiting } from '../adapters/http/terminal.ts';
import { LONGEST_TYPED } from '../incident/confirmation.ts';
import { plain } from '../incident/text.ts';
import { askSitrep } from './ask-sitrep.ts';
import { onOneLine } from './on-one-line.ts';

/** Makes a key for one person: the key is theirs, the hash goes into sitrep.yaml. */
export function keyCommand(): void {
  const key = randomBytes(32).toString('base64url');
  console.log(`SITREP_KEY=${key}`);
  console.log(`key_sha256: ${createHash('sha256').update(key).digest('hex')}`);
  console.error(
    'Keep the first line to yourself; put the second into sitrep.yaml, below your name in people.',
  );
}

/** Prints what waits for people, each card whole. */
export async function proposalsCommand({ as }: { as: string }): Promise<void> {
  const waiting = await list(as);
  if (waiting.length === 0) console.log('Nothing waits for an approval.');
  for (const one of waiting) print(one);
}

/** Approves exactly the card that was seen: without its digest the card is shown instead. */
export async function approveCommand(
  id: string,
  { as, digest, typed }: { as: string; digest?: string; typed?: string },
): Promise<void> {
  const found = (await list(as)).find((one) => one.id === id);
  if (!found)
    throw new Error(`No proposal ${id} waits for an approval. “sitrep proposals --as ${as}” lists them.`);
  if (digest === undefined || digest.length < 8 || !found.digest.startsWith(digest)) {
    print(found);
    throw new Error(`Nothing was approved. ${howToGive(digest, as)}`);
  }
  const asked = { do: 'approve' as const, as, proposalId: id, digest: found.digest };
  tell(await askSitrep(typed === undefined ? asked : { ...asked, typed }));
}

/** What was wrong with a digest, and what to do. */
function howToGive(digest: string | undefined, as: string): string {
  if (digest === undefined) return 'Read the card, then give the first 8 characters of its digest: --digest';
  const shown = plain(digest, 70);
  if (digest.length < 8)
    return `“${shown}” is too short: give at least the first 8 characters of the digest.`;
  return `“${shown}” is not the digest of this card, which may have changed since you read it. Read it again as it stands above (“sitrep proposals --as ${as}” shows it too), then give the first 8 characters of the digest below it.`;
}

export async function rejectCommand(id: string, { as, why }: { as: string; why: string }): Promise<void> {
  tell(await askSitrep({ do: 'reject', as, proposalId: id, reason: why }));
}

/** Asks for an action by hand, or lists what can be asked for; the incident, where it is named, is the first word. */
export async function proposeCommand(
  given: string[],
  { as, why }: { as: string; why: string },
): Promise<void> {
  const [first = '', ...rest] = given;
  const named = /^inc-\d{1,9}$/i.test(first);
  const words = named ? rest : given;
  tell(await askSitrep({ do: 'propose', as, words, why, ...(named ? { incident: first } : {}) }));
}

function print({ id, incidentId, title, card, digest, typeThis }: Waiting): void {
  const typed =
    typeThis === null ? '' : `To approve it, give with --typed ${onOneLine(typeThis, LONGEST_TYPED + 200)}\n`;
  console.log(`${id}  INC-${incidentId}  ${title}\n${card}\nDigest: ${digest}\n${typed}`);
}

function tell(answer: unknown): void {
  const { ok, text } = answer as { ok: boolean; text: string };
  if (!ok) throw new Error(text);
  console.log(text);
}

async function list(as: string): Promise<Waiting[]> {
  return ((await askSitrep({ do: 'list', as })) as { waiting: Waiting[] }).waiting;
}
