import { z } from 'zod';
import { byToken } from '../authentication.ts';
import { alertOf, plainAlert } from '../plain-alert.ts';
import { JSON_TYPE, type Source } from '../source.ts';

const one = plainAlert.extend({ name: z.string().min(1) });
const many = z.array(one).min(1).max(5000);

/** What anything can send with curl: one alert, a list of them, or an object with that list as `alerts`. */
export const json: Source = {
  name: 'json',
  authentication: byToken,
  mediaType: JSON_TYPE,
  parse(body, _head, receivedAt) {
    return {
      alerts: listOf(body).map((alert) => alertOf('json', alert.name, alert, receivedAt)),
      deliveryId: null,
    };
  },
};

// Told apart by hand, because the error of a union would not name the field that does not fit.
function listOf(body: unknown): z.infer<typeof many> {
  if (Array.isArray(body)) return many.parse(body);
  if (typeof body === 'object' && body !== null && 'alerts' in body) {
    return z.object({ alerts: many }).parse(body).alerts;
  }
  return [one.parse(body)];
}
