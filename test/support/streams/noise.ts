import type { Random } from './random.ts';
import { noiseLasts, onTheMinute, thingsOf, type Signal, type Thing } from './signal.ts';
import type { Rule, System } from './system.ts';

export type NoiseMix = {
  /** Alerts in all, about. */
  alerts: number;
  /** Share of them that comes in correlated bursts: a machine hiccups and several rules fire about what runs there. */
  bursts: number;
  /** Share of them that is one alert coming and going every few minutes for an hour or so. */
  flapping: number;
  /** How much stronger it is by day than by night, from 0. */
  rhythm: number;
};

const DAY_S = 86_400;

/** What fires although nothing is broken. Rules differ in how often by two orders of magnitude. */
export function noiseSignals(random: Random, system: System, mix: NoiseMix, seconds: number): Signal[] {
  // How often each rule fires, and what usually fires along with it about the same thing.
  const habits = system.rules.map((rule) => ({
    rule,
    weight: random.around(1, 1.4) * (rule.scope === 'platform' ? 0.5 : 1),
    partner: random.chance(0.3)
      ? random.pick(system.rules.filter((one) => one.scope === rule.scope && one !== rule))
      : null,
  }));
  const total = habits.reduce((sum, { weight }) => sum + weight, 0);
  const anyHabit = () => {
    let left = random.upTo(total);
    return habits.find(({ weight }) => (left -= weight) < 0) ?? random.pick(habits);
  };
  const signals: Signal[] = [];
  const raise = (rule: Rule, thing: Thing, at: number) => {
    signals.push({ rule, thing, at: onTheMinute(random, at), lasts: noiseLasts(random), fault: null });
  };
  const when = () => {
    for (;;) {
      const at = random.upTo(seconds);
      const daily = 1 - Math.cos((2 * Math.PI * at) / DAY_S);
      if (random.upTo(1 + 2 * mix.rhythm) < 1 + mix.rhythm * daily) return at;
    }
  };

  const bursty = mix.alerts * mix.bursts;
  while (signals.length < bursty) {
    const at = when();
    const pods = system.pods.filter((pod) => pod.node === random.pick(system.nodes));
    for (const pod of random.some(pods, random.int(2, 4))) {
      const habit = anyHabit();
      const fitting = thingsOf(system, habit.rule).filter((thing) => thing.service === pod.service);
      if (fitting.length > 0) raise(habit.rule, random.pick(fitting), at + random.upTo(120));
    }
  }
  const flapping = signals.length + mix.alerts * mix.flapping;
  while (signals.length < flapping) {
    const { rule } = anyHabit();
    const thing = random.pick(thingsOf(system, rule));
    let at = when();
    for (let times = random.int(6, 20); times > 0; times -= 1) {
      raise(rule, thing, at);
      at += random.int(2, 6) * 60;
    }
  }
  while (signals.length < mix.alerts) {
    const { rule, partner } = anyHabit();
    const thing = random.pick(thingsOf(system, rule));
    const at = when();
    raise(rule, thing, at);
    if (partner && random.chance(0.6)) raise(partner, thing, at);
  }
  return signals.filter((signal) => signal.at < seconds);
}
