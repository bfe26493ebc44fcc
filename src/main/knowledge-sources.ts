import { join } from 'node:path';
import { connect } from '../adapters/github/connection.ts';
import { declaredServices } from '../adapters/knowledge/declared-services.ts';
import { folderSource } from '../adapters/knowledge/folder.ts';
import { gitSource } from '../adapters/knowledge/git.ts';
import { githubSource, type Patience } from '../adapters/knowledge/github.ts';
import { incidentSource, postmortemSource } from '../adapters/knowledge/own-incidents.ts';
import type { KnowledgeSource } from '../adapters/knowledge/source.ts';
import { incidentRecord } from '../adapters/postgres/incident-record.ts';
import type { Database } from '../adapters/postgres/sql.ts';
import type { Config } from '../config.ts';
import type { Vault } from '../incident/seal.ts';

/** A source, and when to look at it again: at changes of a folder, at pushes, and after `pollMs` in any case. */
export type ConfiguredSource = {
  source: KnowledgeSource;
  folder: string | null;
  pushed: boolean;
  pollMs: number;
};

/** The record is asked often, because asking is cheap and an incident of minutes ago may come back. */
const OWN_POLL_MS = 30_000;

/** All sources of the configuration; without a sitrep.yaml the runbooks that are shipped. */
export function knowledgeSources(
  config: Pick<Config, 'runbooks' | 'knowledge' | 'github' | 'team'>,
  root: string,
  database: Database,
  vault: Vault,
  patience: Patience,
): ConfiguredSource[] {
  const { knowledge, github } = config;
  const pollMs = (knowledge?.pollS ?? 300) * 1000;
  const found: ConfiguredSource[] = [];
  const add = (source: KnowledgeSource, more: Partial<ConfiguredSource> = {}) => {
    // Two with one name would remove each other's documents.
    if (found.some((other) => other.source.name === source.name)) return;
    found.push({ source, folder: null, pushed: false, pollMs, ...more });
  };
  const runbooks = config.runbooks ?? join(root, 'runbooks');
  add(folderSource('folder:runbooks', runbooks), { folder: runbooks });
  for (const folder of knowledge?.folders ?? []) {
    if (folder !== runbooks) add(folderSource(`folder:${folder}`, folder), { folder });
  }
  for (const one of knowledge?.git ?? []) {
    add(gitSource({ ...one, branch: one.branch, name: named('git', one.path, one) }));
  }
  if (github && knowledge && knowledge.github.length > 0) {
    const apiUrl = github.apiUrl ?? 'https://api.github.com';
    const octokit = connect({ token: github.token, apiUrl, userAgent: 'sitrep' });
    for (const one of knowledge.github) {
      const name = named('github', one.repo, one);
      add(githubSource({ ...one, branch: one.branch, octokit, name, patience }), { pushed: true });
    }
  }
  if (config.team) add(declaredServices(config.team.catalogue));
  if (knowledge?.incidents ?? true) {
    const record = incidentRecord(database, vault);
    add(incidentSource(record), { pollMs: OWN_POLL_MS });
    add(postmortemSource(record), { pollMs: OWN_POLL_MS });
  }
  return found;
}

/** A name that tells two parts or branches of one repository apart. */
function named(
  kind: string,
  where: string,
  { branch, folder }: { branch?: string | undefined; folder: string },
) {
  return `${kind}:${where}${branch === undefined ? '' : `@${branch}`}${folder === '' ? '' : `/${folder}`}`;
}
