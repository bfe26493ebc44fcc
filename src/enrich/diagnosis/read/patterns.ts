import type { Pattern } from '../frozen.ts';
import { field, isFields, numberField, serviceField, textField, type Fields } from './fields.ts';
import { gravityOf } from './gravity.ts';
import type { Clock } from './time.ts';

/** A log template with how often it came before and during the incident. */
export function patternOf(fields: Fields, clock: Clock): Pattern[] {
  const template = textField(fields, 'template', 'pattern', 'message', 'msg', 'text', 'signature', 'name');
  if (!template) return [];
  const level = textField(fields, 'level', 'severity');
  const counts = isFields(fields['counts'])
    ? fields['counts']
    : isFields(fields['count'])
      ? fields['count']
      : fields;
  const during = numberField(
    counts,
    'during',
    'count_during',
    'after',
    'count_after',
    'incident',
    'current',
    'in_window',
    'now',
    'count',
    'total',
  );
  const isNew = field(fields, 'new', 'is_new', 'novel');
  return [
    {
      template,
      service: serviceField(fields),
      gravity: gravityOf(level, template),
      before:
        isNew === true
          ? 0
          : numberField(
              counts,
              'before',
              'count_before',
              'baseline',
              'previous',
              'prior',
              'baseline_count',
              'pre',
            ),
      during,
      firstSeen: clock(field(fields, 'first_seen', 'firstSeen', 'first_at', 'first', 'since')),
    },
  ];
}
