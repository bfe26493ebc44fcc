import { parseMatcher, type Matcher, type Parsed } from '../../../incident/matcher.ts';
import { parseDuration, type SilenceRequest } from '../../../incident/silence.ts';
import { nextWord, unlinked } from './next-word.ts';

/** What somebody wants silenced, or what to write instead. */
export type AskedSilence = Parsed<SilenceRequest>;

const EXAMPLE = 'For example: silence HighErrorRate service=checkout 2h deploying the fix';

/**
 * Reads `HighErrorRate region=eu-* 2h why`: conditions up to the first word that is a duration, and the
 * reason after it. `--critical` may stand right before or after the duration. A value with spaces stands in quotes.
 */
export function readSilence(text: string): AskedSilence {
  const matchers: Matcher[] = [];
  let critical = false;
  let rest = unlinked(text).trim();
  while (rest !== '') {
    const { word, after } = nextWord(rest);
    rest = after;
    const minutes = parseDuration(word);
    if (minutes !== null) {
      const next = nextWord(rest);
      if (!isCritical(next.word)) return { ok: true, value: { matchers, minutes, critical, why: rest } };
      return { ok: true, value: { matchers, minutes, critical: true, why: next.after } };
    }
    if (isCritical(word)) {
      critical = true;
      continue;
    }
    // “for 2h”, as one says it.
    if (/^for$/iu.test(word) && parseDuration(nextWord(rest).word) !== null) continue;
    const parsed = parseMatcher(word);
    if (!parsed.ok) return { ok: false, mistake: `${parsed.mistake} ${EXAMPLE}` };
    matchers.push(parsed.value);
  }
  return {
    ok: false,
    mistake: `Say what to silence, for how long (30m, 2h, 3d) and why, in this order. ${EXAMPLE}`,
  };
}

/** Keyboards turn two hyphens into a dash. */
function isCritical(word: string): boolean {
  return /^(?:--|[–—])critical$/iu.test(word);
}
