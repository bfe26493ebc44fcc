import type { Random } from '../../bench/rig/random.ts';
import type { Predicate } from '../../src/incident/proposal.ts';

/** What can be seen at one moment. A signal that is null, not a number or an error cannot be read. */
export type Moment = { firing: number; signals: (number | null | Error)[] };

/** A scripted course of events, second by second after the effect, and at which of them Sitrep looks. */
export type Trace = { story: string; predicate: Predicate; moments: Moment[]; looksAt: number[] };

type Course = (second: number, random: Random) => number | null | Error;

const BOUND = 0.05;
const GOOD = 0.01;
const BAD = 0.4;

/** Courses of one signal. Most are made to be taken for a recovery. */
const COURSES: Record<string, (turn: number) => Course> = {
  recovers: (turn) => (at) => (at < turn ? BAD : GOOD),
  'was never ill': () => () => GOOD,
  'stays ill': () => () => BAD,
  'recovers and falls ill again': (turn) => (at) => (at < turn || at > turn + 9 ? BAD : GOOD),
  'flaps every second': () => (at) => (at % 2 === 0 ? BAD : GOOD),
  'flaps slowly': (turn) => (at) => (Math.floor(at / Math.max(2, turn / 3)) % 2 === 0 ? BAD : GOOD),
  'ends exactly at the bound': (turn) => (at) => (at < turn ? BAD : BOUND),
  'has no value': () => () => null,
  'loses its value when it should recover': (turn) => (at) => (at < turn ? BAD : null),
  'cannot be read now and then': (turn) => (at, random) =>
    at < turn ? BAD : random.below(4) === 0 ? null : GOOD,
  'is not a number': (turn) => (at) => (at < turn ? BAD : Number.NaN),
  'is minus infinity': (turn) => (at) => (at < turn ? BAD : Number.NEGATIVE_INFINITY),
  'is infinity': () => () => Number.POSITIVE_INFINITY,
  'fails to be read': (turn) => (at) => (at < turn ? BAD : new Error('connection refused')),
  'wanders about the bound': () => (_, random) => BOUND + (random.below(21) - 10) / 1000,
};

const ALERTS: Record<string, (turn: number) => (second: number) => number> = {
  'and the alerts resolve': (turn) => (at) => (at < turn ? 1 : 0),
  'and one alert goes on': () => () => 1,
  'and the alerts come back': (turn) => (at) => (at < turn || at > turn + 12 ? 2 : 0),
};

/** The trace of a number: every course meets every story of the alerts, with times by chance. */
export function traceOf(number: number, random: Random): Trace {
  const courses = Object.entries(COURSES);
  const [course, signal] = cyclic(courses, number);
  const [ending, firing] = cyclic(Object.entries(ALERTS), Math.floor(number / courses.length));
  const second = number % 4 === 3 ? courses[random.below(courses.length)] : undefined;
  const withinS = 30 + random.below(60);
  const holdsS = [0, 5, 15][random.below(3)] ?? 0;
  const turn = random.below(withinS + 20);
  const runs = [signal, ...(second ? [second[1]] : [])].map((one) => one(turn));
  const stops = firing(Math.max(0, turn - random.below(8)));
  const moments = Array.from({ length: withinS + holdsS + 60 }, (_, at) => ({
    firing: stops(at),
    signals: runs.map((run) => run(at, random)),
  }));
  const signals = runs.map((_, at) => ({ name: `signal ${at}`, query: String(at), healthyBelow: BOUND }));
  const predicate = { alertsResolved: number % 5 !== 4, signals, holdsS, withinS };
  return {
    story: `${course}${second ? `, another ${second[0]}` : ''}, ${ending}; looked at ${number % 3 === 2 ? 'with pauses' : 'every second'}`,
    predicate,
    moments,
    looksAt: number % 3 === 2 ? withPauses(moments.length, random) : moments.map((_, at) => at),
  };
}

/** Every second, but for times in which nobody looked: the process was restarted, or the database was away. */
function withPauses(length: number, random: Random): number[] {
  const looks: number[] = [];
  for (let at = 0; at < length; at += random.below(8) === 0 ? 11 + random.below(40) : 1) looks.push(at);
  return looks;
}

/** Whether everything that the predicate names is true at a moment. */
export function isWell(predicate: Predicate, moment: Moment): boolean {
  const healthy = moment.signals.every(
    (value, at) =>
      typeof value === 'number' &&
      Number.isFinite(value) &&
      value < (predicate.signals[at]?.healthyBelow ?? 0),
  );
  return healthy && (!predicate.alertsResolved || moment.firing === 0);
}

function cyclic<T>(from: readonly T[], place: number): T {
  return from[place % from.length] as T;
}
