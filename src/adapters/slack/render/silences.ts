import { namesCritical } from '../../../incident/hushed.ts';
import { conditions, type Silence } from '../../../incident/silence.ts';
import { counted } from '../../../incident/text.ts';
import type { Reading } from '../desk.ts';
import { fit, must, optional } from './fit.ts';
import { who } from './people.ts';
import {
  bold,
  bullets,
  lines,
  moment,
  oneLine,
  SPACE,
  richText,
  smallPrint,
  words,
  type Inline,
  type Rendered,
} from './rich.ts';

type Quieted = Awaited<ReturnType<Reading['quieted']>>;

/** What people have hushed, until when, by whom and why. */
export function renderSilences({ silences, maintenance }: Quieted): Rendered {
  const text =
    silences.length + maintenance.length === 0
      ? 'Nothing is silenced, and no maintenance is going on.'
      : `${counted(silences.length, 'silence')} in force, ${counted(maintenance.length, 'maintenance window')} open.`;
  // Each in a block of its own, so that one that does not fit takes no other with it.
  const items = [...silences.map(silenceLine), ...maintenance.map(maintenanceLine)].map((item) =>
    richText(bullets([item])),
  );
  const hint =
    '/sitrep unsilence and the number ends a silence early. /sitrep quiet lists what is kept quiet.';
  return {
    text,
    blocks: fit([
      ...must(richText(lines([words(text)]))),
      ...optional(...items),
      ...must(...(silences.length > 0 ? [smallPrint(hint)] : [])),
    ]),
  };
}

function silenceLine(silence: Silence): Inline[] {
  return [
    bold(words(String(silence.id))),
    words(': '),
    oneLine(conditions(silence.matchers), 300),
    words(`${namesCritical(silence) ? ', critical too' : ''}, until `),
    moment(silence.endsAt),
    words(', by '),
    who(silence.createdBy),
    words(': '),
    oneLine(silence.why, 200),
  ];
}

function maintenanceLine({ window, until }: Quieted['maintenance'][number]): Inline[] {
  const about = [...window.services, ...(window.matchers.length > 0 ? [conditions(window.matchers)] : [])];
  return [
    bold(words('Maintenance')),
    SPACE,
    oneLine(window.name, 200),
    words(` (${about.join(', ')}${namesCritical(window) ? ', critical too' : ''}), until `),
    moment(until),
  ];
}
