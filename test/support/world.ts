import type { World } from '../../src/act/world.ts';

/** A world in which only the given parts are configured. */
export function worldOf(part: Partial<World>): World {
  return { cluster: null, codeHost: null, workflows: null, issues: null, flags: null, http: null, ...part };
}
