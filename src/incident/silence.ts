import { isAnything, matcherText, type Matcher, type Parsed } from './matcher.ts';
import { plain } from './text.ts';

/** What a person wants hushed until its end. All matchers must hold. */
export type Silence = {
  id: number;
  matchers: Matcher[];
  startsAt: Date;
  endsAt: Date;
  /** A person's Slack user id, or who used the terminal. */
  createdBy: string;
  why: string;
  /** Whether critical alerts are hushed as well. */
  critical: boolean;
};

/** What somebody asks for; the database says when it starts. */
export type SilenceRequest = Pick<Silence, 'matchers' | 'why' | 'critical'> & { minutes: number };

const LONGEST_MINUTES = 30 * 24 * 60;
const LONGEST_WHY = 300;
const MOST_MATCHERS = 10;

/** Reads `90m`, `2h`, `1h30m` or `3d`; in minutes. */
export function parseDuration(text: string): number | null {
  const [, days, hours, minutes] =
    /^(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m(?:in)?)?$/iu.exec(text) ?? [];
  if (days === undefined && hours === undefined && minutes === undefined) return null;
  return Number(days ?? 0) * 1440 + Number(hours ?? 0) * 60 + Number(minutes ?? 0);
}

/** The request as it may stand on record, or what is wrong with it and what to write instead. */
export function checkSilence(asked: SilenceRequest): Parsed<SilenceRequest> {
  const why = plain(asked.why, LONGEST_WHY).trim();
  const wrong = (mistake: string): Parsed<never> => ({ ok: false, mistake });
  if (asked.matchers.length === 0) return wrong('Say what to silence: a rule, or label=value.');
  if (asked.matchers.length > MOST_MATCHERS)
    return wrong(`At most ${MOST_MATCHERS} conditions in one silence.`);
  if (asked.matchers.every(isAnything)) {
    return wrong('That would silence everything. Name a rule, a service or a label with a value.');
  }
  if (!(asked.minutes >= 1)) return wrong('Say for how long, for example 30m, 2h or 3d.');
  if (asked.minutes > LONGEST_MINUTES) {
    return wrong(
      'A silence lasts at most 30d. For what comes back each week, add maintenance to sitrep.yaml.',
    );
  }
  if (why === '') return wrong('Say why: whoever is woken next reads it.');
  return { ok: true, value: { ...asked, why } };
}

/** The conditions as somebody would type them. */
export function conditions(matchers: readonly Matcher[]): string {
  return matchers.map(matcherText).join(' ');
}
