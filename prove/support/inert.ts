/** What in a message of Slack would do something by itself: mention, notify, link to where an attacker wants, format. */
export function active(value: unknown, people: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => active(one, people));
  if (value === null || typeof value !== 'object') return [];
  const one = value as Record<string, unknown>;
  const found: string[] = [];
  const text = typeof one['text'] === 'string' ? one['text'] : '';
  // The text beside blocks and mrkdwn are read as markup; every other text is shown as it stands.
  const isMarkup = one['type'] === 'mrkdwn' || (one['type'] === undefined && Array.isArray(one['blocks']));
  if (isMarkup && /[<>]|:\/\//.test(text)) found.push(text);
  if (one['type'] === 'link' && String(one['url']).includes('evil.example')) found.push(String(one['url']));
  if (one['type'] === 'user' && !people.includes(String(one['user_id'])))
    found.push(`user ${String(one['user_id'])}`);
  if (one['type'] === 'broadcast' || one['type'] === 'usergroup' || one['type'] === 'image')
    found.push(one['type']);
  return [...found, ...Object.values(one).flatMap((member) => active(member, people))];
}
