import type { Origin } from './origin.ts';

/**
 * Why it began in a service, as clauses; empty where nothing tells. `healthy` is the live signal, by its name, that says that
 * the service does not fail now: who reads that must not read here that it has errors, but that its log has some.
 */
export function originInWords({ why, ownErrors }: Origin, healthy: string | null = null): string {
  const errors =
    healthy === null
      ? 'it has errors of its own'
      : `its log has errors, though its ${healthy} is within its healthy range now`;
  return [...(why === '' ? [] : [why]), ...(ownErrors ? [errors] : [])].join(', ');
}
