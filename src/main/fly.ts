import { setTimeout } from 'node:timers/promises';
import type { Fly, FlyReader } from '../act/world/fly.ts';
import { flyClient } from '../adapters/fly/client.ts';
import { flyOver, flyReader } from '../adapters/fly/fly.ts';
import type { Config } from '../config.ts';
import { writeToken, type Role } from './role.ts';

/** Every write is a few requests, for which an executor has some seconds. */
const TIMEOUT_MS = 4_000;

/** Fly to look at, with the apps of sitrep.yaml; null where there is no token. */
export function flyToRead({ fly, team }: Pick<Config, 'fly' | 'team'>): FlyReader | null {
  return fly && flyReader(clientOf(fly.url, fly.token), appsOf(team));
}

/** Fly to change; null where this process has no token for that. */
export function flyToChange(
  { fly, team }: Pick<Config, 'fly' | 'team'>,
  role: Role,
  until?: AbortSignal,
): Fly | null {
  const token = writeToken(role, fly);
  return fly && token !== null ? flyOver(clientOf(fly.url, token, until), appsOf(team)) : null;
}

function clientOf(url: string, token: string, until?: AbortSignal) {
  return flyClient({ url, token, timeoutMs: TIMEOUT_MS, until, pause: async (ms) => setTimeout(ms) });
}

function appsOf(team: Config['team']): Set<string> {
  return new Set([...(team?.catalogue.values() ?? [])].flatMap((service) => service.fly?.app ?? []));
}
