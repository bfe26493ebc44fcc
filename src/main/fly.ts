import { setTimeout } from 'node:timers/promises';
import { flyClient } from '../adapters/fly/client.ts';
import { flyOver } from '../adapters/fly/fly.ts';
import type { Config } from '../config.ts';

/** Every write is a few requests, which together must end before the executor's lease does. */
const TIMEOUT_MS = 4_000;

/** Fly with the apps of sitrep.yaml, or null where there is no token. */
export function flyFrom({ fly, team }: Config) {
  if (!fly) return null;
  const apps = [...(team?.catalogue.values() ?? [])].flatMap((service) => service.fly?.app ?? []);
  const client = flyClient({ ...fly, timeoutMs: TIMEOUT_MS, pause: async (ms) => setTimeout(ms) });
  return flyOver(client, new Set(apps));
}
