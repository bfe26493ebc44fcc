import type { Random } from './random.ts';
import { faultLasts, onTheMinute, thingsOf, type Signal } from './signal.ts';
import type { Rule, System } from './system.ts';

export type FaultMix = {
  faults: number;
  /** Share of faults that raise a single alert. */
  single: number;
  /** Share of faults that follow 8 to 12 min after the one before. */
  close: number;
  /** Share of faults that begin while another goes on. */
  overlapping: number;
};

const CAUSES: Rule['shows'][] = ['cpu', 'memory', 'network', 'disk', 'crash', 'errors', 'slow', 'machine'];

/** Real faults: each begins at one service or node and spreads to what depends on it within minutes. */
export function faultSignals(random: Random, system: System, mix: FaultMix, seconds: number): Signal[] {
  return beginnings(random, mix, seconds).flatMap((at, index) => {
    const fault = `fault-${index + 1}`;
    return random.chance(mix.single)
      ? [alone(random, system, at, fault)]
      : spreading(random, system, at, fault);
  });
}

function beginnings(random: Random, mix: FaultMix, seconds: number): number[] {
  const times: number[] = [];
  while (times.length < mix.faults) {
    const before = times.at(-1);
    if (before !== undefined && random.chance(mix.close)) times.push(before + random.int(480, 720));
    else if (before !== undefined && random.chance(mix.overlapping)) times.push(before + random.int(60, 240));
    else times.push(random.upTo(seconds - 3600));
  }
  return times.sort((a, b) => a - b);
}

function alone(random: Random, system: System, at: number, fault: string): Signal {
  const rule = random.pick(system.rules.filter((one) => one.severity === 'critical'));
  const thing = random.pick(thingsOf(system, rule));
  return { rule, thing, at: onTheMinute(random, at), lasts: faultLasts(random) * 2, fault };
}

function spreading(random: Random, system: System, at: number, fault: string): Signal[] {
  const cause = random.pick(CAUSES);
  const node = cause === 'machine' ? random.pick(system.nodes) : null;
  const roots = node
    ? [...new Set(system.pods.filter((pod) => pod.node === node).map((pod) => pod.service))]
    : [random.pick(system.services).name];
  const signals: Signal[] = [];
  const raise = (rule: Rule, about: (thing: Signal['thing']) => boolean, delay: number) => {
    const things = thingsOf(system, rule).filter(about);
    if (things.length === 0) return;
    const began = onTheMinute(random, at + delay);
    const lasts = faultLasts(random);
    signals.push({ rule, thing: random.pick(things), at: began, lasts, fault });
    if (random.chance(0.15)) {
      const again = began + lasts + random.int(1, 2) * 60;
      signals.push({ rule, thing: random.pick(things), at: again, lasts: faultLasts(random), fault });
    }
  };
  const rulesThat = (...shows: Rule['shows'][]) => system.rules.filter((rule) => shows.includes(rule.shows));
  if (node) for (const rule of random.some(rulesThat('machine'), 2)) raise(rule, (it) => it.node === node, 0);
  for (const root of roots) {
    for (const rule of random.some(rulesThat(node ? 'crash' : cause), random.int(1, 2))) {
      raise(rule, (it) => it.service === root, random.wait(45));
    }
    for (const rule of random.some(rulesThat('slow', 'errors'), random.int(1, 3))) {
      raise(rule, (it) => it.service === root, 30 + random.wait(60));
    }
  }
  for (const [service, steps] of touched(random, system, roots)) {
    for (const rule of random.some(rulesThat('slow', 'errors', 'cpu'), random.int(1, 3))) {
      raise(rule, (it) => it.service === service, steps * 30 + random.wait(steps * 60));
    }
  }
  return signals;
}

/** Who calls the broken ones, directly or not, as far as it spreads; with the number of steps. */
function touched(random: Random, system: System, roots: string[]): Map<string, number> {
  const steps = new Map<string, number>();
  let edge = roots;
  for (let step = 1; step <= 3; step += 1) {
    const callers = system.services.filter(
      ({ name, dependsOn }) =>
        !roots.includes(name) && !steps.has(name) && dependsOn.some((one) => edge.includes(one)),
    );
    edge = callers.map(({ name }) => name).filter(() => random.chance(0.7 / step ** 0.5));
    for (const name of edge) steps.set(name, step);
  }
  return steps;
}
