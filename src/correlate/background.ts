/** What each rule does by itself, learnt from its past: how often, about what, together with what, for how long. */
export type Background = {
  /** Learns one alert; `weight` below 1 where it was probably part of something real. */
  learn(one: Fired, weight: number, plain: boolean): void;
  /** Learns that two alerts came within a minute. */
  pair(one: Fired, other: Fired, plain: boolean): void;
  lasted(rule: string, minutes: number): void;
  /** How many alerts of this rule about this target come by themselves per minute. */
  rate(rule: string, target: string, at: number): number;
  ruleRate(rule: string, at: number): number;
  /** How many alerts come per minute in all. */
  allRate(at: number): number;
  /** How probably an alert of `rule` follows within a minute on one of `after`, about the same target. */
  echo(rule: string, after: string): number;
  /** The same in faults and otherwise. */
  twin(rule: string, after: string): number;
  /** How many alerts of `rule` about other targets come within a minute of one of `after`, on average. */
  spread(rule: string, after: string): number;
  /** How probably an alert of this rule that is background lasts as long as this. */
  lasts(rule: string, minutes: number): number;
  /** What part of the alerts that faults bring are of this rule. */
  faultShare(rule: string): number;
  learnFault(rule: string, weight: number): void;
  targets(): number;
  rules(): number;
};

export type Fired = { rule: string; target: string; at: number };

const BG = {
  // Before anything is known: as if a tenth of an alert of the rule had come in half an hour.
  prior: 0.1,
  priorMin: 30,
  // A regime that has just begun is noticed within the hours, one alert that comes and goes within the hour.
  regimeMin: 240,
  regimeN: 4,
  flapMin: 40,
  // How many alerts of a rule it takes until its own targets count more than an even share; the same for rules in faults.
  even: 4,
  evenRules: 20,
  echo: 4,
};
const MINUTE = 60_000;
// What is known fades over days, so that a rule that was repaired soon counts as news again.
const MEMORY_MIN = 4 * 1440;
const EDGES_MIN = [
  1.25, 1.75, 2.25, 2.75, 3.25, 4.25, 5.25, 7.5, 10, 15, 20, 30, 45, 60, 120, 240, 480, 1440,
];
const RULES_KEPT = 1000;
const TARGETS_KEPT = 500;
const PAIRS_KEPT = 200;

type Fading = { n: number; at: number };
type Rule = {
  slow: Fading;
  regime: Fading;
  targets: Map<string, { slow: Fading; flap: Fading }>;
  pairs: Map<string, { same: number; all: number; other: number }>;
  inFaults: number;
  paired: number;
  plain: number;
  durations: number[];
  ended: number;
};

export function createBackground(): Background {
  const rules = new Map<string, Rule>();
  const known = new Map<string, number>();
  let began: number | null = null;
  let faultAlerts = 0;
  const all: Fading = { n: 0, at: 0 };

  const ruleOf = (name: string, at: number): Rule => {
    const found = rules.get(name);
    if (found) return found;
    if (rules.size >= RULES_KEPT) drop(rules, (rule) => rule.slow.at);
    const fresh: Rule = {
      slow: { n: 0, at },
      regime: { n: 0, at },
      targets: new Map(),
      pairs: new Map(),
      inFaults: 0,
      paired: 0,
      plain: 0,
      durations: EDGES_MIN.map(() => 0),
      ended: 0,
    };
    rules.set(name, fresh);
    return fresh;
  };
  const observed = (at: number) =>
    began === null ? 0 : MEMORY_MIN * (1 - Math.exp(-(at - began) / MINUTE / MEMORY_MIN));
  const ruleRate = (name: string, at: number): number => {
    const rule = rules.get(name);
    const slow = ((rule ? faded(rule.slow, at, MEMORY_MIN) : 0) + BG.prior) / (observed(at) + BG.priorMin);
    const lately = rule ? faded(rule.regime, at, BG.regimeMin) : 0;
    const span = Math.min(BG.regimeMin, observed(at) + 15);
    return Math.max(slow, lately > BG.regimeN ? (lately - 1) / span : 0);
  };

  return {
    learn({ rule: name, target, at }, weight, plain) {
      began ??= at;
      const rule = ruleOf(name, at);
      add(rule.slow, at, MEMORY_MIN, weight);
      add(all, at, MEMORY_MIN, weight);
      add(rule.regime, at, BG.regimeMin, weight);
      rule.paired += 1;
      if (plain) rule.plain += 1;
      let about = rule.targets.get(target);
      if (!about) {
        if (rule.targets.size >= TARGETS_KEPT) drop(rule.targets, (one) => one.slow.at);
        about = { slow: { n: 0, at }, flap: { n: 0, at } };
        rule.targets.set(target, about);
      }
      add(about.slow, at, MEMORY_MIN, weight);
      add(about.flap, at, BG.flapMin, weight);
      if (!known.has(target) && known.size >= 4 * TARGETS_KEPT) drop(known, (last) => last);
      known.set(target, at);
    },

    pair(one, other, plain) {
      for (const [a, b] of [
        [one, other],
        [other, one],
      ] as const) {
        const pairs = ruleOf(a.rule, a.at).pairs;
        let count = pairs.get(b.rule);
        if (!count) {
          if (pairs.size >= PAIRS_KEPT) continue;
          count = { same: 0, all: 0, other: 0 };
          pairs.set(b.rule, count);
        }
        if (one.target === other.target) count.all += 1;
        if (plain && one.target === other.target) count.same += 1;
        if (plain && one.target !== other.target) count.other += 1;
      }
    },

    lasted(name, minutes) {
      const rule = rules.get(name);
      if (!rule) return;
      rule.ended += 1;
      EDGES_MIN.forEach((edge, i) => {
        if (minutes >= edge) rule.durations[i] = (rule.durations[i] ?? 0) + 1;
      });
    },

    ruleRate,
    allRate: (at) => faded(all, at, MEMORY_MIN) / (observed(at) + BG.priorMin),
    rate(name, target, at) {
      const rule = rules.get(name);
      const about = rule?.targets.get(target);
      const all = rule ? faded(rule.slow, at, MEMORY_MIN) : 0;
      const own = about ? faded(about.slow, at, MEMORY_MIN) : 0;
      const share = (own + BG.even / Math.max(4, known.size)) / (all + BG.even);
      const flaps = about ? faded(about.flap, at, BG.flapMin) : 0;
      return Math.max(ruleRate(name, at) * share, flaps > 2 ? (flaps - 1) / BG.flapMin : 0);
    },

    echo(name, after) {
      const rule = rules.get(after);
      return share(name, after, rule?.pairs.get(name)?.same ?? 0, rule?.plain ?? 0);
    },

    twin(name, after) {
      const rule = rules.get(after);
      return share(name, after, rule?.pairs.get(name)?.all ?? 0, rule?.paired ?? 0);
    },

    spread(name, after) {
      const rule = rules.get(after);
      return (rule?.pairs.get(name)?.other ?? 0) / ((rule?.plain ?? 0) + 3);
    },

    lasts(name, minutes) {
      const rule = rules.get(name);
      const i = EDGES_MIN.findLastIndex((edge) => edge <= minutes);
      if (i < 0) return 1;
      return ((rule?.durations[i] ?? 0) + 0.5) / ((rule?.ended ?? 0) + 1);
    },

    learnFault(name, weight) {
      const rule = rules.get(name);
      if (!rule) return;
      rule.inFaults += weight;
      faultAlerts += weight;
    },
    faultShare(name) {
      const even = 1 / Math.max(3, rules.size);
      return ((rules.get(name)?.inFaults ?? 0) + BG.evenRules * even) / (faultAlerts + BG.evenRules);
    },

    targets: () => Math.max(4, known.size),
    rules: () => Math.max(3, rules.size),
  };
}

// Two measures of one thing, like P90 and P99, are taken for twins until their past says otherwise.
function share(name: string, after: string, together: number, seen: number): number {
  const alike = name !== after && stem(name) === stem(after);
  return Math.min(1, (together + (alike ? 1.6 : 0)) / (seen + (alike ? 2 : BG.echo)));
}

function stem(rule: string): string {
  return rule.replace(/p?\d+(th)?/gi, '');
}

function faded({ n, at }: Fading, now: number, memory: number): number {
  return n * Math.exp(-Math.max(0, now - at) / MINUTE / memory);
}

function add(count: Fading, at: number, memory: number, weight: number): void {
  count.n = faded(count, at, memory) + weight;
  count.at = Math.max(count.at, at);
}

/** Forgets what was seen least recently. */
function drop<V>(map: Map<string, V>, lastOf: (value: V) => number): void {
  let oldest: string | null = null;
  let last = Number.POSITIVE_INFINITY;
  for (const [key, value] of map) {
    if (lastOf(value) < last) [oldest, last] = [key, lastOf(value)];
  }
  if (oldest !== null) map.delete(oldest);
}
