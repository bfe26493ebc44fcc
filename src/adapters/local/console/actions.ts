import { z } from 'zod';
import type { Delivery } from '../slack/signed-request.ts';
import type { SlackStandIn } from '../slack/stand-in.ts';
import type { JsonObject } from '../slack/types.ts';
import type { ShopControl } from './shop-html.ts';

const text = z.string().max(10_000);
const rawInput = z.record(z.string(), z.record(z.string(), z.array(text)));

const Say = z.object({ as: z.string(), text: text.min(1), thread: z.string().nullable() });
const Press = z.object({
  as: z.string(),
  container: z.enum(['message', 'view']),
  id: z.string(),
  block: z.string(),
  action: z.string(),
  chosen: z.array(text),
  entered: rawInput,
});
const Submit = z.object({ as: z.string(), view: z.string(), entered: rawInput });
const Close = z.object({ as: z.string(), view: z.string(), all: z.boolean() });
const OpenHome = z.object({ as: z.string() });

/**
 * Does what the page asks for: each action goes through the stand-in, which sends the app a signed request.
 * Returns undefined for an unknown action. Throws an Error for the page to show.
 */
export async function runAction(
  name: string,
  input: unknown,
  slack: SlackStandIn,
  shop: ShopControl | undefined,
): Promise<JsonObject | undefined> {
  switch (name) {
    case 'say':
      return say(Say.parse(input), slack);
    case 'press': {
      const press = Press.parse(input);
      const container =
        press.container === 'message'
          ? { kind: 'message' as const, ts: press.id }
          : { kind: 'view' as const, id: press.id };
      const { as: userId, block: blockId, action: actionId, chosen, entered } = press;
      return outcome(await slack.press({ userId, container, blockId, actionId, chosen, entered }));
    }
    case 'submit': {
      const { as, view, entered } = Submit.parse(input);
      return { ...(await slack.submit(as, view, entered)) };
    }
    case 'close': {
      const { as, view, all } = Close.parse(input);
      await slack.close(as, view, all);
      return { ok: true };
    }
    case 'open-home':
      return outcome(await slack.openHome(OpenHome.parse(input).as));
    case 'break':
      if (!shop) return undefined;
      await shop.breakShop();
      return { ok: true };
    default:
      return undefined;
  }
}

async function say(
  { as, text: said, thread }: z.infer<typeof Say>,
  slack: SlackStandIn,
): Promise<JsonObject> {
  const command = /^(\/[a-z0-9_-]+)(?:\s+([\s\S]*))?$/i.exec(said.trim());
  if (!command) {
    slack.say(as, toSlackText(said, slack), thread ?? undefined);
    return { ok: true };
  }
  if (thread !== null)
    throw new Error(
      'Slack takes commands only in the channel, not in a thread. Mention @sitrep here instead.',
    );
  // Slack shows its own message when a command fails, so the page need not.
  await slack.slash(as, command[1] ?? '', toSlackText(command[2] ?? '', slack));
  return { ok: true };
}

/** What a person types as Slack sends it: special characters escaped, @names turned into mentions. */
function toSlackText(said: string, { people, app }: SlackStandIn): string {
  const escaped = said.trim().replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const known = [...people, { id: app.botUserId, name: app.name }];
  return escaped.replaceAll(/(^|\s)@([a-z0-9_-]+)/gi, (whole, before: string, name: string) => {
    const user = known.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    return user ? `${before}<@${user.id}>` : whole;
  });
}

function outcome(delivery: Delivery): JsonObject {
  if (delivery.result === 'delivered') return { ok: true };
  if (delivery.result === 'operation_timeout') {
    throw new Error('Sitrep took longer than three seconds to answer (operation_timeout). Try again.');
  }
  throw new Error(`Sitrep did not accept this (${delivery.reason}). Try again.`);
}
