import { parseIncidentName } from '../../../incident/incident.ts';
import { nextWord, unlinked } from './next-word.ts';

/** An action that somebody asks for: its words as they stand there, and the reason after ` -- `. */
export type AskedAction = { incident: number | null; words: string[]; why: string };

/** Reads `INC-12 kubernetes.scale namespace=shop deployment=pricing replicas=4 -- why`. */
export function readPropose(text: string): AskedAction {
  const words: string[] = [];
  let why = '';
  let rest = unlinked(text).trim();
  while (rest !== '') {
    const { word, after } = nextWord(rest);
    rest = after;
    // Keyboards turn two hyphens into a dash.
    if (/^(?:--|[–—])$/u.test(word)) {
      why = rest;
      break;
    }
    words.push(word);
  }
  const [first = ''] = words;
  const incident = /^inc-/iu.test(first) ? parseIncidentName(first) : null;
  return { incident, words: incident === null ? words : words.slice(1), why };
}
