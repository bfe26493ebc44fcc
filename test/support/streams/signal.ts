import type { Random } from './random.ts';
import type { Pod, Rule, System } from './system.ts';

/** One alert of a made-up stream before it is written in some style. Times in seconds from its beginning. */
export type Signal = { rule: Rule; thing: Thing; at: number; lasts: number; fault: string | null };

/** What an alert is about. */
export type Thing = { pod: Pod | null; service: string | null; node: string | null };

/** Everything that the rule watches. */
export function thingsOf(system: System, rule: Rule): Thing[] {
  switch (rule.scope) {
    case 'pod':
      return system.pods.map((pod) => ({ pod, service: pod.service, node: pod.node }));
    case 'service':
      return system.services.map(({ name }) => ({ pod: null, service: name, node: null }));
    case 'node':
      return system.nodes.map((node) => ({ pod: null, service: null, node }));
    case 'platform':
      return [{ pod: null, service: null, node: null }];
    default:
      return rule.scope satisfies never;
  }
}

/** Rules are evaluated once a minute, each a little after the minute. */
export function onTheMinute(random: Random, at: number): number {
  return Math.max(0, Math.round(at / 60) * 60 + random.upTo(2));
}

/** Most noise is over at the next evaluation. */
export function noiseLasts(random: Random): number {
  return random.chance(0.75) ? 60 : Math.max(60, Math.round(random.around(180, 0.9) / 60) * 60);
}

export function faultLasts(random: Random): number {
  return Math.max(60, Math.round(random.around(240, 0.7) / 60) * 60);
}
