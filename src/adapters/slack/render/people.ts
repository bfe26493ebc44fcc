import { SITREP } from '../../../incident/person.ts';
import { oneLine, words, type Inline } from './rich.ts';

const SLACK_USER = /^[UW][A-Z0-9]{2,20}$/;

/** Who did something. Only what looks like a Slack user id becomes a mention. */
export function who(actor: string): Inline {
  if (SLACK_USER.test(actor)) return { type: 'user', user_id: actor };
  return actor === SITREP ? words('Sitrep') : oneLine(actor, 60);
}
