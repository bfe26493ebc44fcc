import type { Deploy, FlagChange, FrozenCommit } from '../frozen.ts';
import {
  allText,
  field,
  isFields,
  listOf,
  numberField,
  serviceField,
  textField,
  textsOf,
  type Fields,
} from './fields.ts';
import { readGitLog } from './git-log.ts';
import type { Clock } from './time.ts';

const TIMES = [
  'at',
  'date',
  'timestamp',
  'time',
  'ts',
  'committed_at',
  'authored_at',
  'merged_at',
  'created_at',
  'finished_at',
  'completed_at',
  'deployed_at',
  'changed_at',
  'started_at',
  'updated_at',
  't',
  'committedDate',
  'when',
];

/** When a change was made: a time, or `age_s` seconds before the alert. */
function timeOf(fields: Fields, clock: Clock, alertAt: number | null): number | null {
  const age = numberField(fields, 'age_s', 'age_seconds', 'seconds_before', 'age');
  if (age !== null && field(fields, ...TIMES) === undefined) return (alertAt ?? 0) - age * 1000;
  const nested = field(fields, 'commit');
  const at = clock(field(fields, ...TIMES));
  if (at !== null) return at;
  const author = isFields(nested)
    ? (field(nested, 'committer') ?? field(nested, 'author'))
    : field(fields, 'author');
  return isFields(author) ? clock(field(author, 'date', 'at')) : null;
}

export function readCommits(value: unknown, clock: Clock, alertAt: number | null): FrozenCommit[] {
  const all = typeof value === 'string' ? readGitLog(value) : listOf(value);
  return all.flatMap((fields) => {
    const sha = textField(fields, 'sha', 'commit', 'hash', 'id', 'oid', 'revision', 'commit_sha');
    if (!sha) return [];
    const inner = isFields(fields['commit']) ? fields['commit'] : {};
    const message = textField(fields, 'message') ?? textField(inner, 'message') ?? '';
    const [first = '', ...rest] = message.split('\n');
    const changed = field(fields, 'files', 'paths', 'changed_files', 'changes', 'files_changed');
    const author = field(fields, 'author', 'committer', 'by');
    const patches = Array.isArray(changed)
      ? changed.filter(isFields).map((file) => {
          const patch = textField(file, 'patch', 'diff', 'hunk') ?? '';
          return patch ? `+++ b/${textField(file, 'path', 'filename', 'file', 'name') ?? ''}\n${patch}` : '';
        })
      : isFields(changed)
        ? Object.entries(changed).map(([path, patch]) =>
            typeof patch === 'string' ? `+++ b/${path}\n${patch}` : '',
          )
        : [];
    const diff = [diffText(field(fields, 'diff', 'patch', 'hunks', 'diff_excerpt', 'hunk')), ...patches]
      .filter(Boolean)
      .join('\n');
    const paths = textsOf(changed);
    return [
      {
        sha,
        at: timeOf(fields, clock, alertAt),
        author:
          typeof author === 'string'
            ? author
            : isFields(author)
              ? (textField(author, 'name', 'login') ?? '')
              : '',
        subject: textField(fields, 'subject', 'title', 'summary') ?? first,
        body: textField(fields, 'body', 'description') ?? rest.join('\n').trim(),
        paths: paths.length > 0 ? paths : pathsIn(diff),
        diff,
        service: ownService(fields),
      },
    ];
  });
}

/** A commit or flag names its service itself; a `source` or `host` of it means something else. */
function ownService(fields: Fields): string | null {
  const value = field(fields, 'service', 'app', 'component', 'services');
  if (Array.isArray(value)) return typeof value[0] === 'string' ? value[0] : null;
  return typeof value === 'string' ? value : isFields(value) ? textField(value, 'name') : null;
}

function diffText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(diffText).join('\n');
  if (!isFields(value)) return '';
  const inner = textField(value, 'patch', 'diff', 'text', 'content', 'hunk');
  if (inner) return `${textField(value, 'path', 'file', 'filename') ?? ''}\n${inner}`;
  return Object.entries(value)
    .map(([path, patch]) => `+++ b/${path}\n${diffText(patch)}`)
    .join('\n');
}

function pathsIn(diff: string): string[] {
  return [
    ...new Set([...diff.matchAll(/^(?:\+\+\+ b\/|diff --git a\/)(\S+)/gm)].map(([, path = '']) => path)),
  ];
}

const TRIAL =
  /\b(?:stag(?:e|ing)|dev(?:el(?:opment)?)?|test(?:ing)?|qa|sandbox|preview|preprod|pre-prod|uat|ci|loadtest|shadow|dry[- ]?run)\b/i;
const VOID =
  /^(?:fail\w*|error\w*|abort\w*|cancel\w*|reject\w*|pending|queued|scheduled|skipped|blocked|waiting|superseded|not[ _-]?deployed)$/i;

export function readDeploys(value: unknown, clock: Clock, alertAt: number | null): Deploy[] {
  return listOf(value).map((fields) => {
    const status = textField(fields, 'status', 'state', 'result', 'outcome', 'conclusion') ?? '';
    const where = textField(fields, 'environment', 'env', 'stage', 'target', 'namespace', 'cluster') ?? '';
    const contains = textsOf(field(fields, 'commits', 'shas', 'includes', 'changes', 'commit_shas'));
    const named = field(
      fields,
      'sha',
      'commit',
      'revision',
      'commit_sha',
      'git_sha',
      'head_sha',
      'ref',
      'to',
      'new',
    );
    return {
      service: ownService(fields) ?? serviceField(fields) ?? textField(fields, 'name'),
      at: timeOf(fields, clock, alertAt),
      what:
        typeof named === 'string' || typeof named === 'number'
          ? String(named)
          : (textField(fields, 'version', 'image', 'tag', 'release', 'artifact', 'digest') ?? ''),
      contains,
      live: !VOID.test(status) && !TRIAL.test(where),
      text: allText(fields),
    };
  });
}

export function readFlags(value: unknown, clock: Clock, alertAt: number | null): FlagChange[] {
  return listOf(value).flatMap((fields) => {
    const key = textField(fields, 'key', 'name', 'flag', 'flag_key', 'id', 'toggle');
    if (!key) return [];
    const before = amount(field(fields, 'from', 'old', 'before', 'previous', 'old_value', 'was'));
    const after = amount(
      field(
        fields,
        'to',
        'new',
        'after',
        'value',
        'new_value',
        'enabled',
        'state',
        'rollout',
        'percentage',
        'percent',
        'action',
        'variation',
      ),
    );
    const where = textField(fields, 'environment', 'env', 'stage') ?? '';
    return [
      {
        key,
        at: timeOf(fields, clock, alertAt),
        service: ownService(fields),
        on: after === null ? null : before === null ? after > 0 : after === before ? null : after > before,
        live: !TRIAL.test(where),
        text: allText(fields),
      },
    ];
  });
}

/** How much of a flag is on, from 0 to 1 or in percent; null for a value that only its owner understands. */
function amount(value: unknown): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return value;
  if (isFields(value)) return amount(field(value, 'enabled', 'percentage', 'percent', 'value', 'rollout'));
  if (typeof value !== 'string') return null;
  if (/^\s*\d+(?:\.\d+)?\s*%?/.test(value)) return Number.parseFloat(value);
  if (/\b(?:off|false|disabled?|none|control)\b/i.test(value)) return 0;
  return /\b(?:on|true|enabled?|treatment|all|everyone)\b/i.test(value) ? 1 : null;
}
