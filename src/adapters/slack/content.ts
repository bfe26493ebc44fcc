import { incidentName } from '../../incident/incident.ts';
import type { IncidentView } from '../../incident/view.ts';
import type { Reading } from './desk.ts';
import type { DueMessage } from './outbox.ts';
import type { ButtonTokens } from './tokens.ts';
import { renderBulletin } from './render/bulletin.ts';
import { cardFile } from './render/card-file.ts';
import { renderPostmortem, type SlackFile } from './render/postmortem.ts';
import type { Rendered } from './render/rich.ts';
import { askedBySlot, renderSlot } from './render/slots.ts';

/** What a message shows at this moment. */
export type Content =
  | {
      kind: 'message';
      rendered: Rendered;
      /** When it can have been sent at the earliest. */
      since: Date;
      /** Stands in the message's metadata, beside its id. */
      about: Record<string, string>;
      /** The incident that it shows; null for a bulletin. */
      view: IncidentView | null;
      /** A card that is too long for the message, for the same thread; sent before the message is first posted. */
      card: SlackFile | null;
    }
  | { kind: 'file'; file: SlackFile };

export type ContentReading = Pick<Reading, 'view' | 'postmortem' | 'bulletin'>;

/** Reads and renders what is to be shown. Null where there is nothing to show. */
export async function contentOf(
  reading: ContentReading,
  tokens: Pick<ButtonTokens, 'mint'>,
  message: DueMessage,
): Promise<Content | null> {
  const { subject } = message;
  if (subject.kind === 'bulletin') {
    const bulletin = await reading.bulletin(subject.bulletinId);
    if (bulletin === null) return null;
    const about = { bulletin: bulletin.kind };
    return {
      kind: 'message',
      rendered: renderBulletin(bulletin),
      since: bulletin.openedAt,
      about,
      view: null,
      card: null,
    };
  }
  const { incidentId, slot } = subject;
  if (slot === 'postmortem') {
    const markdown = await reading.postmortem(incidentId);
    if (markdown === null || message.threadTs === null) return null;
    return { kind: 'file', file: renderPostmortem(incidentId, message.wanted, markdown) };
  }
  const view = await reading.view(incidentId);
  const asked = view && askedBySlot(view, slot);
  const minted = asked ? await tokens.mint({ id: asked.lead.id, digest: asked.digest }) : null;
  const rendered = view && renderSlot(view, slot, message.ts !== null || message.uncertain, minted);
  if (!view || !rendered) return null;
  const about = { incident: incidentName(incidentId), slot };
  const card = asked && slot.startsWith('proposal:') ? cardFile(asked) : null;
  return { kind: 'message', rendered, since: view.incident.openedAt, about, view, card };
}

/** What a message is about, for log lines. */
export function aboutOf({ subject }: DueMessage): Record<string, string> {
  return subject.kind === 'bulletin'
    ? { bulletin: String(subject.bulletinId) }
    : { incident: incidentName(subject.incidentId), slot: subject.slot };
}
