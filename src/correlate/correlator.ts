import { withDependencies, type ServiceCatalogue } from '../incident/service.ts';
import type { Correlator, Decision, Group, Seen } from './decision.ts';
import { featuresOf, type Features } from './features.ts';
import { createHistory } from './history.ts';

const P = {
  W: 10,
  T0: 60,
  look: 5,
  theta: 9,
  joinTheta: 3,
  unrel: -2,
  decay: 0.7,
  relMax: 5,
  linger: 4,
  persist: 1,
  newBits: 9,
  bring: 1,
  ...JSON.parse(process.env['P'] ?? '{}'),
};

type Member = { id: number; f: Features; at: number; endedAt: number | null; news: number };
type G = Group & {
  members: Map<number, Member>;
  keys: Set<string>;
  services: Set<string>;
  tokens: Map<string, number>;
  lastAt: number;
  firing: number;
  lastEnd: number;
  over: boolean;
};
const MIN = 60_000;

export function createCorrelator(settings: { catalogue: ServiceCatalogue; windowS: number }): Correlator {
  const history = createHistory();
  const groups = new Set<G>();
  const groupOf = new Map<number, G>();
  const quiet = new Map<number, Member>();
  const due: { at: number; id: number; n: number }[] = [];

  function persistBits(f: Features, age: number, now: number): number {
    const past = history.firingsOf(f.rule, now).filter((x) => x.endedAt !== null);
    if (past.length < 3) return age >= 3 * MIN ? 2 : 0;
    const longer = past.filter((x) => (x.endedAt ?? 0) - x.at >= age).length;
    return Math.min(5, -Math.log2((longer + 0.5) / (past.length + 1)));
  }
  function newsBits(f: Features, now: number): number {
    const firings = history.firingsOf(f.rule, now);
    const first = firings[0];
    if (!first) return P.newBits;
    const span = (now - first.at) / MIN + P.T0;
    const mine = firings.filter((x) => x.key === f.key);
    const keys = new Set(firings.map((x) => x.key)).size + 1;
    const rate = firings.length / span;
    const mineRate = (mine.length + (rate * 60) / keys) / (span + 60);
    const bits = (r: number) => -Math.log2(1 - Math.exp(-r * P.W));
    return Math.min(P.newBits, 0.5 * bits(rate) + 0.5 * bits(mineRate));
  }
  function relBits(
    f: Features,
    other: { keys: Set<string>; services: Set<string>; tokens: { has(t: string): boolean } },
    now: number,
  ): [number, string] {
    if (other.keys.has(f.key)) return [P.relMax, 'the same alert'];
    if (f.service && other.services.has(f.service)) return [P.relMax, 'same service'];
    if (f.service)
      for (const s of other.services) {
        const d =
          withDependencies(settings.catalogue, f.service).find((x) => x.name === s)?.distance ??
          withDependencies(settings.catalogue, s).find((x) => x.name === f.service)?.distance;
        if (d !== undefined) return [P.relMax - d * 0.5, `dependency ${f.service} ${s}`];
      }
    let best = P.unrel,
      why = 'only in time';
    const n = history.total(now);
    for (const t of f.tokens)
      if (other.tokens.has(t)) {
        const b = Math.min(P.relMax, Math.log2((n + 8) / (history.tokenCount(t, now) + 1))) + P.unrel / 2;
        if (b > best) {
          best = b;
          why = `both name ${t}`;
        }
      }
    return [best, why];
  }
  function add(g: G, m: Member) {
    g.members.set(m.id, m);
    groupOf.set(m.id, g);
    g.keys.add(m.f.key);
    if (m.f.service) g.services.add(m.f.service);
    for (const t of m.f.tokens) g.tokens.set(t, 1);
    g.lastAt = Math.max(g.lastAt, m.at);
    if (m.endedAt === null) g.firing++;
    else g.lastEnd = Math.max(g.lastEnd, m.endedAt);
  }
  function one(m: Member) {
    return {
      keys: new Set([m.f.key]),
      services: new Set(m.f.service ? [m.f.service] : []),
      tokens: new Set(m.f.tokens),
    };
  }
  function bring(g: G, m: Member, now: number, out: Decision[]) {
    const o = one(m);
    for (const q of quiet.values()) {
      if (Math.abs(now - q.at) > P.look * MIN) continue;
      const [r] = relBits(q.f, o, now);
      if (r >= P.bring || r + q.news - ((now - q.at) / MIN) * P.decay >= P.joinTheta) {
        quiet.delete(q.id);
        add(g, q);
        out.push({ kind: 'joins', alertId: q.id, group: g, why: 'brought along' });
      }
    }
  }
  function evidence(m: Member, now: number): number {
    let e =
      m.news +
      (m.endedAt === null
        ? P.persist * persistBits(m.f, now - m.at, now) * (now - m.at >= 2 * MIN ? 1 : 0)
        : 0);
    const seen = new Set([m.f.key]);
    const perRule = new Map<string, number>([[m.f.rule, 1]]);
    const o = one(m);
    for (const q of quiet.values()) {
      if (q.id === m.id || seen.has(q.f.key)) continue;
      const dt = Math.abs(now - q.at) / MIN;
      if (dt > P.look) continue;
      seen.add(q.f.key);
      const [r] = relBits(q.f, o, now);
      const w = Math.max(0, Math.min(1, (r - P.unrel) / (P.relMax - P.unrel)));
      const k = perRule.get(q.f.rule) ?? 0;
      perRule.set(q.f.rule, k + 1);
      e += (q.news * w) / (1 + k);
    }
    return e;
  }
  function open(m: Member, why: string, now: number): Decision[] {
    const g: G = {
      incidentId: null,
      members: new Map(),
      keys: new Set(),
      services: new Set(),
      tokens: new Map(),
      lastAt: m.at,
      firing: 0,
      lastEnd: 0,
      over: false,
    };
    groups.add(g);
    quiet.delete(m.id);
    add(g, m);
    const out: Decision[] = [{ kind: 'opens', alertId: m.id, group: g, why }];
    bring(g, m, now, out);
    return out;
  }
  function alive(g: G, now: number): boolean {
    if (g.over) return false;
    return (
      (g.firing > 0 && now - g.lastAt < settings.windowS * 1000) ||
      now - Math.max(g.lastAt, g.lastEnd) <= P.linger * MIN
    );
  }
  return {
    place(alert: Seen): Decision[] {
      const now = alert.at.getTime(),
        f = featuresOf(alert);
      const m: Member = { id: alert.id, f, at: now, endedAt: null, news: newsBits(f, now) };
      history.observe(alert.id, f, now);
      for (const q of quiet.values()) {
        if (now - q.at > 30 * MIN) quiet.delete(q.id);
      }
      let best: G | null = null,
        bestS = P.joinTheta,
        bestWhy = '';
      for (const g of groups) {
        if (now - Math.max(g.lastAt, g.lastEnd) > settings.windowS * 1000 * 2 && !g.firing) {
          groups.delete(g);
          continue;
        }
        if (!alive(g, now)) continue;
        const [r, why] = relBits(f, g, now);
        const s = r + m.news - ((now - g.lastAt) / MIN) * P.decay;
        if (s > bestS) {
          best = g;
          bestS = s;
          bestWhy = why;
        }
      }
      if (best) {
        add(best, m);
        const out: Decision[] = [
          { kind: 'joins', alertId: m.id, group: best, why: `${bestWhy} ${bestS.toFixed(1)}` },
        ];
        bring(best, m, now, out);
        return out;
      }
      const e = evidence(m, now);
      if (e >= P.theta || alert.kind !== 'operational') return open(m, `evidence ${e.toFixed(1)}`, now);
      quiet.set(m.id, m);
      for (const n of [2, 3, 5, 10, 20]) due.push({ at: now + n * MIN, id: m.id, n });
      due.sort((a, b) => a.at - b.at || a.id - b.id);
      return [
        {
          kind: 'quiet',
          alertId: m.id,
          reason: 'routine',
          why: `evidence ${e.toFixed(1)} news ${m.news.toFixed(1)}`,
        },
      ];
    },
    ended(id, at) {
      history.ended(id, at.getTime());
      const g = groupOf.get(id),
        m = g?.members.get(id) ?? quiet.get(id);
      if (m && m.endedAt === null) {
        m.endedAt = at.getTime();
        if (g) {
          g.firing--;
          g.lastEnd = Math.max(g.lastEnd, m.endedAt);
        }
      }
    },
    tick(at) {
      const out: Decision[] = [];
      const now = at.getTime();
      while (due[0] && due[0].at <= now) {
        const [d] = due.splice(0, 1);
        const m = d && quiet.get(d.id);
        if (!d || !m || m.endedAt !== null) continue;
        const e = evidence(m, now);
        if (e >= P.theta) out.push(...open(m, `still firing after ${d.n} min`, now));
      }
      return out;
    },
    restore(alert, decided) {
      const now = alert.at.getTime();
      const f = featuresOf(alert);
      const m: Member = { id: alert.id, f, at: now, endedAt: null, news: newsBits(f, now) };
      history.observe(alert.id, f, now);
      if (decided.incidentId === null) quiet.set(m.id, m);
      else add(groupFor(decided.incidentId, m), m);
      if (decided.endedAt) this.ended(alert.id, decided.endedAt);
    },
    incidentEnded(incidentId, _at, forGood) {
      for (const g of groups) if (g.incidentId === incidentId && forGood) g.over = true;
    },
  };
  function groupFor(incidentId: number, m: Member): G {
    for (const g of groups) if (g.incidentId === incidentId) return g;
    const g: G = {
      incidentId,
      members: new Map(),
      keys: new Set(),
      services: new Set(),
      tokens: new Map(),
      lastAt: m.at,
      firing: 0,
      lastEnd: 0,
      over: false,
    };
    groups.add(g);
    return g;
  }
}
