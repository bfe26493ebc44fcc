import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAs, snsMessage } from '../support/webhooks.ts';

// Bodies as the sources' own makers publish them, which are not ours to ship. SITREP_PAYLOADS names a folder
// with them; each file's name begins with its source.

const folder = process.env['SITREP_PAYLOADS'];
const files = folder
  ? readdirSync(folder).filter((name) => name.endsWith('.json'))
  : ['(set SITREP_PAYLOADS to a folder of bodies to run this)'];

type Sent = { source: string; body: unknown; headers?: Record<string, string> };

/** What a file holds, in the form in which its source sends it. */
function sentIn(name: string, content: any): Sent[] {
  const source = name.startsWith('sns') ? 'cloudwatch' : (/^[a-z]+/.exec(name)?.[0] ?? '');
  // The functions of AWS get messages of SNS in records; over HTTP the message is the body.
  if (source === 'cloudwatch')
    return content.Records.map((one: any) => ({ source, body: snsMessage(one.Sns.Message) }));
  if (source === 'alertmanager' && !content.alerts) {
    return [content.firing, content.mixed, content.resolved].map(({ body }) => ({ source, body }));
  }
  if (source === 'sentry') {
    return [
      {
        source,
        body: content.body,
        headers: { 'sentry-hook-resource': content.headers['Sentry-Hook-Resource'] },
      },
    ];
  }
  return [{ source, body: content }];
}

describe.skipIf(!folder)('published bodies', () => {
  it.each(files)('%s is read, or refused with a reason', async (name) => {
    const sent = sentIn(name, JSON.parse(readFileSync(join(folder ?? '', name), 'utf8')));
    expect(sent.length).toBeGreaterThan(0);
    for (const { source, body, headers } of sent) {
      const said = await readAs(source, body, headers);
      // Of PagerDuty's, most are parts of an event and no event.
      const whole = source !== 'pagerduty' || (body as any).event;
      if (!whole) {
        expect(said).toMatchObject({
          kind: 'refused',
          refusal: { status: 400, error: expect.stringMatching(/^event/) },
        });
        continue;
      }
      expect(said).toMatchObject({ kind: 'alerts' });
      if (said.kind !== 'alerts') continue;
      const silent = (body as any).event?.resource_type === 'service';
      expect(said.alerts.length > 0).toBe(!silent);
    }
  });
});
