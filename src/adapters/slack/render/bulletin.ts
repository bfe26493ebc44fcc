import type { Bulletin } from '../../../incident/bulletin.ts';
import { renderDeadLetters } from './dead-letter.ts';

import { renderDigest } from './quiet.ts';
import type { Rendered } from './rich.ts';
import { renderStorm } from './storm.ts';

/** The one message of a bulletin. */
export function renderBulletin(bulletin: Bulletin): Rendered {
  switch (bulletin.kind) {
    case 'storm':
      return renderStorm(bulletin);
    case 'digest':
      return renderDigest(bulletin.report);
    case 'dead-letter':
      return renderDeadLetters(bulletin.letters);
    default:
      return bulletin satisfies never;
  }
}
