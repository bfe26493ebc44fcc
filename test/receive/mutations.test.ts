import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/receive/delivery.ts';
import { read } from '../../src/receive/read.ts';
import { accessAt, deliveryOf, snsMessage } from '../support/webhooks.ts';
import { everyExample } from './examples.ts';

// Whatever is done to a body, the answer is alerts or a refusal that says what to do.

const access = accessAt();

async function expectAnswer(delivery: Delivery): Promise<void> {
  const said = await read(delivery, access);
  if (said.kind === 'refused') {
    expect(said.refusal.error.length).toBeGreaterThan(5);
    expect(said.refusal.fix.length).toBeGreaterThan(5);
    return;
  }
  for (const alert of said.alerts) {
    expect(alert.name.length).toBeGreaterThan(0);
    expect(alert.fingerprint.length).toBeGreaterThan(0);
    expect(alert.fingerprint.length).toBeLessThanOrEqual(200);
    expect(['critical', 'warning', 'info']).toContain(alert.severity);
    expect(Number.isFinite(alert.startsAt.getTime())).toBe(true);
    expect(alert.status === 'resolved').toBe(alert.endsAt !== null);
    expect(Number.isFinite(alert.endsAt?.getTime() ?? 0)).toBe(true);
    expect(alert.link ?? 'http://').toMatch(/^https?:\/\//);
    expect(Object.values(alert.labels).every((value) => typeof value === 'string')).toBe(true);
  }
}

const anything = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1e308, '', '0', [], {}, [[]], 'constructor', '$X', '\u0000'),
  fc.string({ unit: 'binary' }),
  fc.jsonValue(),
  fc.object({
    key: fc.constantFrom('__proto__', 'constructor', 'toString', 'name', 'alerts'),
    withNullPrototype: true,
  }),
);

type Change = { where: number; how: 'replace' | 'drop' | 'double' | 'rename'; by: unknown };
const change = fc.record<Change>({
  where: fc.nat(),
  how: fc.constantFrom('replace', 'replace', 'drop', 'double', 'rename'),
  by: anything,
});

/** `body` with one of its parts, nested ones too, changed. */
function changed(body: unknown, { where, how, by }: Change): unknown {
  const copy: unknown = structuredClone(body);
  const places: { of: Record<string, unknown>; key: string }[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, part] of Object.entries(value)) {
      places.push({ of: value as Record<string, unknown>, key });
      walk(part);
    }
  };
  walk(copy);
  const place = places[where % Math.max(places.length, 1)];
  if (!place) return by;
  const { of, key } = place;
  if (how === 'drop') delete of[key];
  else if (how === 'double') of[key] = [of[key], of[key]];
  else if (how === 'rename') of[`${key}x`] = of[key];
  else of[key] = by;
  return copy;
}

describe.each(everyExample)('a body of $source', ({ source, body, headers }) => {
  it('with some parts changed is read or refused', async () => {
    const inner =
      source === 'cloudwatch' ? (JSON.parse((body as { Message: string }).Message) as unknown) : body;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const mutated = changes.reduce(changed, inner);
        await expectAnswer(
          deliveryOf(source, source === 'cloudwatch' ? snsMessage(mutated) : mutated, headers),
        );
      }),
      { numRuns: source === 'cloudwatch' ? 60 : 150, seed: 3 },
    );
  });

  it('with some bytes changed is read or refused', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.nat(bytes.length),
        async (edits, length) => {
          const copy = Uint8Array.from(bytes);
          for (const [where, byte] of edits) copy[where] = byte;
          await expectAnswer(deliveryOf(source, copy, headers));
          await expectAnswer(deliveryOf(source, copy.subarray(0, length), headers));
        },
      ),
      { numRuns: 100, seed: 4 },
    );
  });
});

describe('any value at all', () => {
  it('is read or refused by every source', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...everyExample), anything, async ({ source, headers }, value) => {
        const body = source === 'cloudwatch' ? snsMessage(value) : value;
        await expectAnswer(deliveryOf(source, body ?? null, headers));
      }),
      { numRuns: 1000, seed: 5 },
    );
  });
});
