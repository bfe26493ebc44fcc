import type { Diagnosis } from '../enrich/diagnosis/diagnose.ts';
import type { FrozenIncident } from '../enrich/diagnosis/frozen.ts';
import { originInWords } from '../enrich/diagnosis/origin-in-words.ts';
import type { Shipping } from '../enrich/diagnosis/shipping.ts';
import { hunkOf, type Suspect } from '../enrich/diagnosis/suspects.ts';
import { firstLine, joined, plain } from '../incident/text.ts';
import { utc } from '../incident/utc.ts';

const WIDTH = 92;
const SHOWN = 3;
const TIMELINE = 14;
/** The logarithm of how many times likelier leaves no real choice. */
const NEARLY = 1;

/** A diagnosis in lines of at most 92 characters, for somebody who has just been woken. */
export function toldDiagnosis(incident: FrozenIncident, diagnosis: Diagnosis): string[] {
  const first = diagnosis.origins[0];
  const why = first ? originInWords(first) : '';
  return [
    cut(`${diagnosis.id}: ${incident.alerts[0]?.name ?? 'no alert'}`),
    '',
    ...block('Likely cause', causeOf(diagnosis)),
    ...block(
      'Proposed',
      `${diagnosis.remediation} (confidence ${wordOf(diagnosis.confidence)}, not calibrated on your own incidents)`,
    ),
    ...block(
      'Began',
      `${clock(diagnosis.onset)} in ${first?.service ?? 'an unknown service'}${why ? `: ${why}` : ''}`,
    ),
    ...block('Affected', diagnosis.blastRadius.join(', ') || 'nothing that shows'),
    ...block('Against it', against(diagnosis)),
    '',
    'Timeline',
    ...timeline(incident, diagnosis).map((line) => cut(`  ${line}`)),
    '',
    'Suspects',
    ...(diagnosis.suspects.length === 0 ? ['  no commits in this file'] : []),
    ...diagnosis.suspects
      .slice(0, SHOWN)
      .flatMap((suspect, index) => suspectLines(suspect, index, diagnosis)),
  ];
}

function causeOf({ guilty, flag, outside }: Diagnosis): string {
  if (guilty) return `${guilty.commit.sha.slice(0, 10)} ${firstLine(guilty.commit.subject, 120)}`;
  if (flag) return `none of these changes, but the flag ${plain(flag.key, 80)}`;
  const [why] = outside;
  return `none of these changes${why ? `; ${why.cause.said}: “${firstLine(why.sign, 140)}”` : '; nothing explains it'}`;
}

/** What speaks against the answer, so that nobody acts on half of the facts. */
function against({ guilty, suspects, outside, origins, onset }: Diagnosis): string {
  const facts: string[] = [];
  const [why] = outside;
  const [first, second] = origins;
  if (guilty) {
    if (why && why.cause.explicit >= 0.5)
      facts.push(`${why.cause.said} according to “${firstLine(why.sign, 80)}”`);
    if (guilty.match.shared.length === 0 && guilty.match.frames === 0)
      facts.push('the change shares no word with the signs');
    const next = suspects[1];
    if (next && next.logOdds > guilty.logOdds - NEARLY)
      facts.push(`${next.commit.sha.slice(0, 10)} is almost as suspect`);
  } else if (
    suspects[0] &&
    suspects[0].evidence.near > 0.9 &&
    suspects[0].evidence.soon > 0.5 &&
    suspects[0].evidence.plausible > -0.5
  ) {
    facts.push(`${suspects[0].commit.sha.slice(0, 10)} went out near it (${whyOf(suspects[0], onset)})`);
  }
  if (first && second && second.score > 0.85) facts.push(`it may have begun in ${second.service} as well`);
  return facts.length > 0 ? facts.join('; ') : 'nothing found';
}

function timeline(incident: FrozenIncident, diagnosis: Diagnosis): string[] {
  const entries = [
    ...incident.deploys.map((one) => ({
      at: one.at,
      text: `deploy   ${one.service ?? ''} ${firstLine(one.what, 20)}${one.live ? '' : ' (not live)'}`,
    })),
    ...incident.flags.map((one) => ({
      at: one.at,
      text: `flag     ${one.key}${one.on === null ? '' : one.on ? ' on' : ' off'}`,
    })),
    ...incident.alerts.map((one) => ({ at: one.at, text: `alert    ${one.name}` })),
    ...diagnosis.signs
      .filter((one) => one.kind !== 'alert' && one.weight >= 0.3)
      .sort((a, b) => b.weight - a.weight)
      .slice(0, TIMELINE)
      .map((one) => ({
        at: one.at,
        text: `${one.kind.padEnd(8)} ${one.kind === 'log' && one.service ? `${one.service}: ` : ''}${firstLine(one.text, 120)}`,
      })),
    { at: diagnosis.onset, text: '-------- it begins' },
  ];
  const near = Map.groupBy(
    entries.filter((one) => one.at !== null).sort((a, b) => (a.at ?? 0) - (b.at ?? 0)),
    ({ text }) => text,
  );
  // What comes again and again is told once, where it came first.
  return [...near]
    .map(([text, [first, ...again]]) => {
      const times = again.length > 0 ? ` (${again.length + 1} times)` : '';
      return `${clock(first?.at ?? null)}  ${plain(text, WIDTH - 40)}${times}`;
    })
    .slice(-2 * TIMELINE);
}

function suspectLines(suspect: Suspect, index: number, { guilty, onset }: Diagnosis): string[] {
  const { commit } = suspect;
  return [
    cut(
      `${suspect === guilty ? '→' : ' '} ${index + 1}. ${commit.sha.slice(0, 10)} ${firstLine(commit.subject, 100)}`,
    ),
    ...wrapped(whyOf(suspect, onset), 5),
    ...hunkOf(suspect).map((line) => cut(`       ${line}`)),
  ];
}

function whyOf(suspect: Suspect, onset: number | null): string {
  const { match, services } = suspect;
  const touched =
    services.length > 0 ? `touches ${joined(services.slice(0, 3))}` : 'touches no known service';
  return [
    `${shippedWords(suspect.shipping)}${isLater(suspect.shipping, onset) ? ', after it began' : ''}`,
    touched,
    ...(match.frames > 0 ? ['a file of it stands in a stack trace'] : []),
    ...(match.shared.length > 0 ? [`shares “${match.shared.join(', ')}” with the signs`] : []),
    ...(suspect.kind === 'inert' ? ['only documents or tests'] : []),
  ].join('; ');
}

function isLater(shipping: Shipping, onset: number | null): boolean {
  return 'at' in shipping && shipping.at !== null && onset !== null && shipping.at > onset;
}

function shippedWords(shipping: Shipping): string {
  switch (shipping.how) {
    case 'deployed':
      return `deployed ${clock(shipping.at)}`;
    case 'with a later one':
      return `deployed with a later commit ${clock(shipping.at)}`;
    case 'flag':
      return `turned on by ${shipping.flag.key} ${clock(shipping.at)}`;
    case 'too late':
      return 'came after it began';
    case 'not live':
      return 'never reached production before it';
    case 'not told':
      return `committed ${clock(shipping.at)}, deployment not told`;
    default:
      return shipping satisfies never;
  }
}

function clock(at: number | null): string {
  if (at === null) return 'at an unknown time';
  // Small times count from a zero of their own and are no dates.
  return Math.abs(at) < 1e11 ? `${Math.round(at / 1000)} s` : utc(new Date(at));
}

function wordOf(probability: number): string {
  return probability >= 0.75 ? 'high' : probability >= 0.5 ? 'medium' : 'low';
}

function block(title: string, text: string): string[] {
  const [head = '', ...rest] = wrapped(text, 14);
  return [`${title.padEnd(13)} ${head.trimStart()}`, ...rest];
}

function wrapped(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of plain(text, 600).split(/\s+/)) {
    if (line && line.length + word.length + 1 > WIDTH - indent) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line].map((one) => cut(' '.repeat(indent) + one));
}

function cut(line: string): string {
  return plain(line, WIDTH);
}
