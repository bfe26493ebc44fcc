import type { KnowledgeDocument } from '../../src/incident/document.ts';
import type { Question } from '../../src/enrich/retrieval/question.ts';
import { createRandom, type Random } from '../rig/random.ts';

export const DIMENSIONS = 384;
/** One document in this many is a postmortem: the filter that the bench asks with. */
export const POSTMORTEM_EACH = 50;
const TOPICS = 400;
const VOCABULARY = 40_000;
const PARTS = [
  'Meaning',
  'Impact',
  'Diagnosis',
  'Mitigation',
  'Escalation',
  'Queries',
  'Background',
  'Rollback',
];
const SYLLABLES = 'ka lo mi ter san dro vel qui ban res tok nu par fil gor sem tan vi pol cre'.split(' ');

export type MadeDocument = { document: KnowledgeDocument; topic: number };

/**
 * Documents of eight passages of some sixty words. Words follow Zipf's law; two in five come from the
 * document's topic, so that questions have near misses. The same seed gives the same corpus.
 */
export function* makeCorpus(passages: number, seed: number): Generator<MadeDocument> {
  const random = createRandom(seed);
  for (let made = 0, number = 0; made < passages; made += PARTS.length, number++) {
    const topic = random.below(TOPICS);
    const service = `${wordOf(topic * 7)}-${wordOf(topic * 11 + 3)}`;
    const alert = alertOf(topic, number);
    yield {
      topic,
      document: {
        source: `git:bench/team-${number % 12}`,
        path: `${service}/${alert.replaceAll(/(?<!^)(?=\p{Lu})/gu, '-').toLowerCase()}.md`,
        kind: number % POSTMORTEM_EACH === 0 ? 'postmortem' : 'runbook',
        title: alert,
        link: `https://wiki.example/${number}`,
        services: random.below(3) === 0 ? [service] : [],
        alerts: random.below(4) === 0 ? [alert] : [],
        actions: [],
        passages: PARTS.slice(0, passages - made).map((heading, position) => ({
          position,
          heading,
          body: textOf(random, topic, 40 + random.below(40)),
        })),
      },
    };
  }
}

/** Questions about documents: words of their topic and text, without the name of the alert. */
export function makeQuestions(
  corpus: readonly MadeDocument[],
  count: number,
  seed: number,
): { question: Question; of: MadeDocument }[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const of = corpus[random.below(corpus.length)] as MadeDocument;
    const { services, passages } = of.document;
    const said = passages.flatMap(({ body }) => body.split(' '));
    const text = [...random.sample(said, 14), ...textOf(random, of.topic, 10).split(' ')].join(' ');
    return { of, question: { alerts: [], services, labels: {}, annotations: { summary: text }, text } };
  });
}

/** Unit vectors around one centre for each topic, as an embedding model spreads them. */
export function vectorOf(topic: number, random: Random): Float32Array {
  const centre = createRandom(topic + 1);
  const vector = Float32Array.from({ length: DIMENSIONS }, () => bell(centre) + 0.9 * bell(random));
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / length);
}

function bell(random: Random): number {
  return (random.below(2 ** 20) + random.below(2 ** 20) + random.below(2 ** 20)) / 2 ** 19 - 3;
}

function textOf(random: Random, topic: number, words: number): string {
  return Array.from({ length: words }, () => {
    const own = random.below(5) < 2;
    return wordOf(own ? 500 + topic * 60 + zipf(random, 60) : zipf(random, VOCABULARY));
  }).join(' ');
}

/** Rank r comes up in proportion to 1/r. */
function zipf(random: Random, limit: number): number {
  return Math.floor(limit ** (random.below(2 ** 24) / 2 ** 24)) - 1;
}

function wordOf(rank: number): string {
  let word = '';
  for (let rest = rank + 21; rest > 0; rest = Math.floor(rest / SYLLABLES.length))
    word += SYLLABLES[rest % SYLLABLES.length] ?? '';
  return word;
}

function alertOf(topic: number, number: number): string {
  return [topic, number % 97, number]
    .map((rank) => wordOf(rank))
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
}
