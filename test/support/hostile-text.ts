import fc from 'fast-check';
import { everyObject } from './blocks.ts';

const ATTACKS = [
  '<!channel> <!here> <!everyone>',
  '<@U0ONCALL> <@W1> <!subteam^S1>',
  '*bold* _slanted_ ~gone~ `code` ```block```',
  '<https://evil.example|your bank> https://evil.example/pay mailto:x@evil.example',
  '\u202Eesrever\u202C zero\u200Bwidth \u{e0041}\u{e0042}',
  '[link](https://evil.example) :rotating_light: &lt;!channel&gt;',
  'line one\nUndo: none\nApprove: yes',
  '"}],"type":"button","action_id":"approve:x","value":"y"',
  'x'.repeat(50_000),
  'e\u0301\u0302\u0303\u0304\u0305'.repeat(5_000),
  '\ud800 lone surrogate \udfff',
  '',
  ' \u200b ',
];

/** What an outsider might write into an alert to be noticed, obeyed or not seen. */
export const hostileText = fc.oneof(
  fc.constantFrom(...ATTACKS),
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc
    .tuple(fc.constantFrom(...ATTACKS), fc.string({ unit: 'grapheme', maxLength: 100 }))
    .map(([a, b]) => a + b),
  fc.string({ unit: fc.constantFrom('"', '\\', '<', '\u0007', '🔥', '\n'), maxLength: 3_000 }),
);

/** No element that Slack acts upon may come from a text: not a mention, not a link, not a button of another kind. */
export function actsUpon(blocks: unknown): unknown[] {
  return everyObject(blocks).filter((object) => {
    if (object['type'] === 'user') return !/^[UW][A-Z0-9]{2,20}$/.test(String(object['user_id']));
    if (object['type'] === 'button') {
      return (
        !/^((approve|reject|undo):[0-9a-f-]{36}|label:(right|wrong|none):[0-9]+)$/.test(
          String(object['action_id']),
        ) || !/^([0-9a-f]{64}|[aru]{32})$/.test(String(object['value']))
      );
    }
    return ['broadcast', 'usergroup', 'channel', 'team', 'mrkdwn', 'markdown', 'image'].includes(
      String(object['type']),
    );
  });
}
