import type { SlackStandIn } from '../slack/stand-in.ts';

/** Presses the button with this action_id as that person, the way the console does it: as a signed request. */
export async function pressButton(slack: SlackStandIn, userId: string, actionId: string): Promise<void> {
  for (const message of slack.workspace.messages(userId)) {
    const block = message.blocks?.find((one) =>
      elementsOf(one).some((element) => element.action_id === actionId),
    );
    if (!block) continue;
    await slack.press({
      userId,
      container: { kind: 'message', ts: message.ts },
      blockId: String(block['block_id']),
      actionId,
      chosen: [],
    });
    return;
  }
  throw new Error(`No message in the channel has a button ${actionId}.`);
}

function elementsOf(block: Record<string, unknown>): { action_id?: string }[] {
  const { elements, accessory } = block as {
    elements?: { action_id?: string }[];
    accessory?: { action_id?: string };
  };
  return [...(elements ?? []), ...(accessory ? [accessory] : [])];
}
