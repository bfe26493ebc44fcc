import fc from 'fast-check';

/** One thing said about one alert: which signal, which firing of it, and whether it has ended. */
export type Said = {
  signal: number;
  /** Minutes from the base time at which the firing began; for a resolve without a start, when it ended. */
  at: number;
  status: 'firing' | 'resolved';
};

/** What came in one webhook call, and which of the two replicas it went to. */
export type SaidTogether = {
  said: Said[];
  replica: 0 | 1;
  /** Sources that number their deliveries repeat the number when they send one again; null: no number. */
  deliveryId: string | null;
};

/**
 * All that one source says in the course of a history. `start`: with every message it repeats when the
 * firing began, as Alertmanager does. `fingerprint`: it does not, so a resolve only says when it was.
 */
export type History = { identifiedBy: 'start' | 'fingerprint'; deliveries: SaidTogether[] };

/** Clocks that are an hour off, beside small steps in time. */
const MINUTES = [0, 1, 2, 5, -60, 60, 61];

const said: fc.Arbitrary<Said> = fc.record({
  signal: fc.nat({ max: 1 }),
  at: fc.constantFrom(...MINUTES),
  status: fc.constantFrom('firing', 'resolved'),
});

const replica = fc.constantFrom<0 | 1>(0, 1);

/** A flapping signal: it fires and resolves, again and again, each time a little later. */
const flapping: fc.Arbitrary<Said[]> = fc
  .record({
    signal: fc.nat({ max: 1 }),
    times: fc.integer({ min: 1, max: 3 }),
    first: fc.constantFrom(...MINUTES),
  })
  .map(({ signal, times, first }) =>
    Array.from({ length: times }, (_, time): Said[] => [
      { signal, at: first + time * 2, status: 'firing' },
      { signal, at: first + time * 2, status: 'resolved' },
    ]).flat(),
  );

/** Some facts, of which any may come twice and all in any order: resolves before their firing too. */
const facts: fc.Arbitrary<Said[]> = fc
  .tuple(fc.array(said, { maxLength: 6, size: 'large' }), flapping)
  .map((parts) => parts.flat())
  .chain((all) =>
    fc.array(fc.constantFrom(...all), { minLength: 1, maxLength: all.length + 6, size: 'large' }),
  );

/**
 * Histories of duplicates, reorderings, resolves before their firing, flapping, clocks an hour off and
 * alerts that come several in one delivery; some deliveries are sent twice under the same number.
 */
export const history: fc.Arbitrary<History> = fc.record({
  identifiedBy: fc.constantFrom('start', 'fingerprint'),
  deliveries: facts.chain((all) =>
    fc
      .array(fc.record({ cut: fc.constantFrom(1, 1, 2, 4), replica, id: fc.option(fc.nat({ max: 3 })) }), {
        minLength: all.length,
        maxLength: all.length,
      })
      .map((cuts) => {
        const rest = [...all];
        return cuts.flatMap((one): SaidTogether[] => {
          const together = rest.splice(0, one.cut);
          const deliveryId = one.id === null ? null : `delivery-${one.id}`;
          return together.length === 0 ? [] : [{ said: together, replica: one.replica, deliveryId }];
        });
      }),
  ),
});
