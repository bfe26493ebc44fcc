import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config.ts';
import { readTeamFile, type Team } from '../config/team-file.ts';

const DEMO = fileURLToPath(new URL('../adapters/local/world/sitrep.yaml', import.meta.url));

/** What sitrep.yaml says; without one the demo's own. */
export function teamOf(config: Pick<Config, 'team'>): Team {
  return config.team ?? readTeamFile(DEMO, readFileSync(DEMO, 'utf8'));
}
