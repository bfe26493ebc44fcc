import type { StoredEvidence } from '../incident/evidence.ts';
import { incidentName } from '../incident/incident.ts';
import { describe, type JournalEntry } from '../incident/journal.ts';
import type { Person } from '../incident/person.ts';
import { successes, type Question } from '../incident/question.ts';
import type { IncidentView } from '../incident/view.ts';
import { maskSecrets } from '../incident/secrets.ts';
import { suspectsOf } from '../incident/suspects.ts';
import { counted, plain } from '../incident/text.ts';
import { timelineOf, type TimelineLine } from '../incident/timeline.ts';
import { utc } from '../incident/utc.ts';

const MOST_SUSPECTS = 5;

/**
 * A postmortem draft in Markdown, from the journal alone: every statement stands with its time and
 * where it comes from. What only people can know is left as a question.
 */
export function draftPostmortem(view: IncidentView, people: readonly Person[]): string {
  const { incident, alerts, evidence, hypotheses, proposals, journal } = view;
  const source = (entry: JournalEntry) => `journal ${entry.seq}, ${escape(nameOf(entry.actor, people))}`;
  const began = alerts.reduce(
    (first, alert) => (alert.startsAt < first ? alert.startsAt : first),
    incident.openedAt,
  );
  const helped = successes(proposals).filter(({ steps }) => steps.at(-1)?.consent.predicate.alertsResolved);
  const lines = [
    `# Postmortem (draft): ${incidentName(incident.id)} ${escape(incident.title)}`,
    '',
    `| | |`,
    `|---|---|`,
    `| Severity | ${incident.severity} |`,
    `| Services | ${escape(incident.services.join(', ') || 'none named')} |`,
    `| First alert | ${stamp(began)} |`,
    `| Recovered | ${recovered(view, began, people)} |`,
    `| What helped | ${helped.map(({ title, lead }) => `${escape(title)}, approved by ${escape(nameOf(lead.decidedBy ?? 'policy', people))}`).join('; ') || 'no action is verified to have helped'} |`,
    '',
    '## Summary',
    '',
    ...summary(journal, helped, source),
    '',
    '## Likely cause',
    '',
    ...(hypotheses.length > 0
      ? hypotheses.map((one) => {
          const cited = evidence
            .filter((piece) => one.evidenceFor.includes(piece.id))
            .map((piece) => escape(piece.title));
          const by = one.by === 'model' ? 'the model suggests' : 'by rules';
          return `- ${escape(one.statement)} (${one.verdict}, ${by}; evidence: ${cited.join('; ') || 'none'})`;
        })
      : withoutHypothesis(evidence)),
    '',
    '## Evidence',
    '',
    ...evidence.map(
      (piece) => `- **${piece.about.kind}** ${linked(piece.title, piece.link)}: ${escape(piece.why)}`,
    ),
    '',
    '## Timeline',
    '',
    ...timelineOf(journal).map((line) => timelineLine(line, people)),
    '',
    '## To be answered by people',
    '',
    '- Why did it get past review and tests?',
    '- What would have told us sooner?',
    '- Which follow-ups are agreed, by whom and until when?',
    '',
  ];
  return lines.join('\n');
}

/** When it was over by what was measured. That somebody has closed it is no recovery. */
function recovered(
  { incident, counts, journal }: IncidentView,
  began: Date,
  people: readonly Person[],
): string {
  const ended = counts.firing === 0 ? lastResolved(journal) : undefined;
  if (ended) return `${stamp(ended)} (${duration(began, ended)} after the first alert)`;
  const closed = journal.findLast((entry) => entry.kind === 'incident.moved' && entry.to === 'closed');
  if (!closed || incident.state !== 'closed') return 'not yet';
  const still = counts.firing > 0 ? ` while ${counted(counts.firing, 'alert')} still fired` : '';
  return `not seen: closed by ${escape(nameOf(closed.actor, people))} at ${stamp(closed.at)}${still}`;
}

/** What the record says of the cause where no hypothesis stands: suspicion is no finding, and no reason to be silent. */
function withoutHypothesis(evidence: readonly StoredEvidence[]): string[] {
  const suspects = suspectsOf(evidence).slice(0, MOST_SUSPECTS);
  const told = [
    ...evidence
      .filter(({ current, about }) => current && about.kind === 'diagnosis')
      .map(({ quote }) => `- The diagnosis by rules, which nobody has confirmed: ${escape(quote)}`),
    ...(suspects.length === 0
      ? []
      : [
          `- Suspected, the likeliest first, none confirmed: ${suspects.map(({ title }) => escape(title)).join('; ')}`,
        ]),
  ];
  if (told.length === 0) return ['- Nothing on record points to a cause. _To be written by a person._'];
  return [...told, '- _Which of it was the cause, or what else, is to be written by a person._'];
}

function summary(
  journal: readonly JournalEntry[],
  helped: readonly Question[],
  source: (entry: JournalEntry) => string,
): string[] {
  const first = journal.find((entry) => entry.kind === 'alert.fired');
  return [
    first
      ? `- ${stamp(first.at)} ${escape(describe(first))} _(${source(first)})_`
      : '- No alert is on record.',
    ...helped.flatMap((one) => carriedOut(journal, one, source)),
  ];
}

/** When what helped was sent, of a plan its last step, and how its check ended. */
function carriedOut(
  journal: readonly JournalEntry[],
  { title, steps }: Question,
  source: (entry: JournalEntry) => string,
): string[] {
  const last = steps.at(-1)?.id;
  const sent = journal.find((entry) => entry.kind === 'action.sent' && entry.proposal === last);
  const verified = journal.find(
    (entry) =>
      entry.kind === 'verification.ended' && entry.proposal === last && entry.outcome === 'succeeded',
  );
  return [
    ...(sent ? [`- ${stamp(sent.at)} ${escape(title)} was carried out _(${source(sent)})_`] : []),
    ...(verified ? [`- ${stamp(verified.at)} ${escape(describe(verified))} _(${source(verified)})_`] : []),
  ];
}

/** Of several entries the time of the first and of the last, and where both stand. */
function timelineLine({ first, last, text }: TimelineLine, people: readonly Person[]): string {
  const until = first === last ? '' : ` to ${stamp(last.at)}`;
  const entries = first === last ? String(first.seq) : `${first.seq} to ${last.seq}`;
  return `- ${stamp(first.at)}${until} ${escape(text)} _(journal ${entries}, ${escape(nameOf(first.actor, people))})_`;
}

function lastResolved(journal: readonly JournalEntry[]): Date | undefined {
  return journal.findLast((entry) => entry.kind === 'alert.resolved')?.at;
}

/** People by the name in sitrep.yaml; anybody and anything else by what the record calls them. */
function nameOf(actor: string, people: readonly Person[]): string {
  return people.find((person) => person.slackId === actor)?.name ?? actor;
}

function linked(title: string, link: string | null): string {
  return link && /^https?:\/\/[^\s()<>]+$/.test(link) ? `[${escape(title)}](${link})` : escape(title);
}

function stamp(at: Date): string {
  return utc(at);
}

function duration(from: Date, to: Date): string {
  const seconds = Math.max(0, Math.round((to.getTime() - from.getTime()) / 1000));
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

// Outside text must stay text: no headings, links, images or HTML of its own.
function escape(text: string): string {
  return plain(maskSecrets(plain(text, 4000)), 1000)
    .replaceAll('\n', ' ')
    .replaceAll(/[\\`*_[\]<>#|!]/g, (mark) => `\\${mark}`);
}
