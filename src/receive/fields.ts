import { z } from 'zod';

/**
 * Pieces of which the schemas of the sources are made. Strict are only those that say which alert it is
 * and whether it fires; whatever merely describes it is left out where it does not fit, because an alert
 * with an odd description is still an alert.
 */

/** A text that only describes. */
export const words = z
  .string()
  .nullish()
  .catch(null)
  .transform((text) => text ?? null);

/** Labels: values that are plain but no text become text, others are left out. */
export const labels = z
  .record(z.string(), z.unknown())
  .nullish()
  .catch(null)
  .transform((values) =>
    Object.fromEntries(
      Object.entries(values ?? {}).flatMap(([key, value]) =>
        ['string', 'number', 'boolean'].includes(typeof value) ? [[key, String(value)]] : [],
      ),
    ),
  );

/** A time as text, with or without an offset (UTC then); null where it is no time. */
export const time = z
  .string()
  .nullish()
  .catch(null)
  .transform((text) => (text ? timeOf(text) : null));

export function timeOf(text: string): Date | null {
  const [, date, clock, offset] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?\s*(Z|[+-]\d\d:?\d\d)?$/i.exec(text.trim()) ??
    [];
  if (!date) return null;
  // AWS writes +0000, which the standard form spells +00:00.
  const zone = (offset ?? 'Z').toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, '$1:$2');
  const parsed = new Date(`${date}T${clock ?? '00:00'}${zone}`);
  return Number.isNaN(parsed.getTime()) ? null : parsed;
}
