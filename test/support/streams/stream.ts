import type { ServiceCatalogue } from '../../../src/incident/service.ts';
import { service } from '../examples.ts';
import { faultSignals, type FaultMix } from './faults.ts';
import { noiseSignals } from './noise.ts';
import { createRandom } from './random.ts';
import type { Signal } from './signal.ts';
import { makeSystem } from './system.ts';
import { written, type Line, type Style } from './written.ts';

/** What kind of a system sends alerts, for how long, with how much noise. */
export type Kind = FaultMix & {
  name: string;
  services: number;
  nodes: number;
  pods: number;
  days: number;
  /** Alerts of noise for one of a fault. */
  noise: number;
  bursts: number;
  flapping: number;
  rhythm: number;
  style: Style;
};

export type Stream = {
  lines: Line[];
  /** The fault behind each line; null for noise. */
  truth: (string | null)[];
  /** What a sitrep.yaml of this system would declare. */
  catalogue: ServiceCatalogue;
};

const BEGIN = Date.UTC(2026, 2, 2);

const plain: Kind = {
  name: 'few',
  services: 12,
  nodes: 4,
  pods: 2,
  days: 3,
  faults: 50,
  single: 0.1,
  close: 0.15,
  overlapping: 0.05,
  noise: 2.5,
  bursts: 0.1,
  flapping: 0.1,
  rhythm: 0.3,
  style: 'prometheus',
};

/** The kinds that are measured; the first is the mildest. */
export const KINDS: readonly Kind[] = [
  plain,
  { ...plain, name: 'few, other labels', style: 'renamed' },
  { ...plain, name: 'few, text only', style: 'text' },
  { ...plain, name: 'more', noise: 6, services: 20, nodes: 6 },
  { ...plain, name: 'more, no service', noise: 6, services: 20, nodes: 6, style: 'no service' },
  { ...plain, name: 'bursts', noise: 6, bursts: 0.5, days: 5 },
  { ...plain, name: 'flapping', noise: 6, flapping: 0.5, rhythm: 1 },
  { ...plain, name: 'many', noise: 15, services: 20, nodes: 6, pods: 3 },
  { ...plain, name: 'flood', noise: 40, services: 30, nodes: 10, pods: 3, days: 5 },
];

/** A stream of its own making for the kind and the seed; the same ones give the same stream. */
export function makeStream(kind: Kind, seed: number): Stream {
  const random = createRandom(seed);
  const system = makeSystem(random, kind);
  const seconds = kind.days * 86_400;
  const faults = faultSignals(random, system, kind, seconds);
  const noise = noiseSignals(random, system, { ...kind, alerts: faults.length * kind.noise }, seconds);
  const signals = [...faults, ...noise].sort((a, b) => a.at - b.at);
  return {
    lines: signals.map((signal) => written(signal, kind.style, BEGIN)),
    truth: signals.map(({ fault }: Signal) => fault),
    catalogue: new Map(system.services.map((one) => [one.name, service(one.name, one.dependsOn)])),
  };
}
