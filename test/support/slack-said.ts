import type { SlackMessage, SlackProcess } from './slack-process.ts';

/** Everything that stands in Slack: in the channel, and with the replies below that. */
export async function said(slack: SlackProcess): Promise<{ channel: SlackMessage[]; all: SlackMessage[] }> {
  const channel = await slack.channel();
  const threads = await Promise.all(
    channel.filter((one) => one.reply_count).map((one) => slack.replies(one.ts)),
  );
  return { channel, all: [...channel, ...threads.flat()] };
}

/** The incident, and the place in its thread, that a message of Sitrep's is for. */
export function aboutOf({ metadata }: SlackMessage): unknown[] {
  return [metadata?.event_payload['incident'], metadata?.event_payload['slot']];
}

/** What Sitrep has posted more than once: messages by their id, files by their name. */
export function doubled(messages: SlackMessage[]): string[] {
  const ids = messages.flatMap(({ metadata, files = [], thread_ts: thread }) => [
    ...(metadata ? [String(metadata.event_payload['id'])] : []),
    ...files.map(({ name }) => `${thread} ${name}`),
  ]);
  return ids.filter((id, index) => ids.indexOf(id) !== index);
}

/**
 * The incidents that can be seen in the channel: `named` by a message of their own or in one about many, and how
 * many more a message about many only counts.
 */
export function shown(channel: SlackMessage[]): { named: Set<string>; counted: number } {
  const roots = channel.filter((one) => aboutOf(one)[1] === 'summary').map((one) => String(aboutOf(one)[0]));
  const text = JSON.stringify(channel.map((one) => [one.text, one.blocks]));
  const inText = [...text.matchAll(/\bINC-\d+\b/g)].map(([name]) => name);
  const more = [...text.matchAll(/and ([\d,]+) more incidents?/g)].map(([, number = '']) => number);
  const counted = Math.max(0, ...more.map((number) => Number(number.replaceAll(',', ''))));
  return { named: new Set([...roots, ...inText]), counted };
}
