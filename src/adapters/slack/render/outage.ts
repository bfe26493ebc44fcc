import { inertMarkup } from '../escape.ts';
import { duration } from './duration.ts';
import { bold, emoji, lines, moment, richText, SPACE, words, type Rendered } from './rich.ts';

/** What people see while the database does not answer. Nothing in it is read from the database. */
export function renderOutage(since: Date): Rendered {
  const headline = 'Sitrep’s database does not answer: nothing new is shown or done.';
  return {
    text: inertMarkup(`${headline} Watch the alert sources directly until it is back.`),
    blocks: [
      richText(
        lines(
          [emoji('warning'), SPACE, bold(words(headline))],
          [
            emoji('point_right'),
            SPACE,
            words(
              'Watch the alert sources directly, and get the database back; this message changes when it is.',
            ),
          ],
          [
            words('Away since '),
            moment(since),
            words(
              '. Webhooks are answered 503, and their sources send them again; what was accepted before is safe. Buttons and commands do not work, and nothing is carried out.',
            ),
          ],
        ),
      ),
    ],
  };
}

/** What the same message says afterwards. */
export function renderRecovery(since: Date, until: Date): Rendered {
  const headline = `Sitrep’s database is back, after ${duration(until.getTime() - since.getTime())} away.`;
  return {
    text: inertMarkup(headline),
    blocks: [
      richText(
        lines(
          [emoji('white_check_mark'), SPACE, bold(words(headline)), words(' Nothing to do.')],
          [
            words('It was away from '),
            moment(since),
            words(' to '),
            moment(until),
            words(
              '. Webhooks were answered 503 and will be sent again by their sources; the threads are being brought up to date.',
            ),
          ],
        ),
      ),
    ],
  };
}
