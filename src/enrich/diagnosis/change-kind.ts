import type { FrozenCommit } from './frozen.ts';

/** What a change is made of; it decides how it is taken back. */
export type ChangeKind = 'code' | 'config' | 'migration' | 'data' | 'inert';

const INERT =
  /(?:^|\/)(?:docs?|tests?|__tests__|spec|testdata|fixtures|examples|\.github|\.gitlab|\.ci|\.circleci|runbooks|adr)\/|(?:^|\/)(?:alert\w*|dashboards?|monitoring|grafana|recording[-_]rules)(?:\/|[\w-]*\.(?:ya?ml|json|jsonnet)$)|\.(?:md|adoc|rst|txt)$|[._-](?:test|spec)\.\w+$|_test\.\w+$|(?:^|\/)test_\w+\.py$|(?:^|\/)(?:CODEOWNERS|catalog-info\.ya?ml|LICENSE|CHANGELOG|README|OWNERS|\.editorconfig|\.gitignore)/i;
const MIGRATION =
  /(?:^|\/)(?:migrations?|migrate|db\/changelog|flyway|liquibase|alembic|schema)\/|(?:^|\/)V?\d+_+\w+\.sql$|\.sql$/i;
const CONFIG =
  /\.(?:ya?ml|toml|ini|conf|cfg|properties|env|tfvars?|tf|hcl|json|jsonnet|xml|cnf)$|(?:^|\/)(?:config|conf|deploy|charts?|helm|values|k8s|kubernetes|manifests|terraform|infra|ops|env)\/|(?:^|\/)\.env/i;
// Lists of dependencies are code by their effect.
const BUILD =
  /package(?:-lock)?\.json$|pom\.xml$|tsconfig|composer\.json$|Cargo\.toml$|pyproject\.toml$|(?:^|\/)src\/.*\.json$/i;
const DATA = /backfill|seed|import (?:of )?(?:data|catalog)|data[- ]fix|bulk (?:load|update|import)/i;

const WATCHING =
  /^(?:this\.|self\.|@)?(?:log(?:ger|ging)?|slog|console|metrics?|statsd|counter|histogram|gauge|tracer|span|prom\w*)\b\s*[.(]/i;

export function kindOf(commit: FrozenCommit): ChangeKind {
  const { paths } = commit;
  if (paths.length > 0 && paths.every((path) => INERT.test(path))) return 'inert';
  const telling = paths.filter((path) => !INERT.test(path));
  if (telling.some((path) => MIGRATION.test(path))) return 'migration';
  if (DATA.test(`${commit.subject}\n${paths.join('\n')}`)) return 'data';
  if (telling.length > 0 && telling.every((path) => CONFIG.test(path) && !BUILD.test(path))) return 'config';
  return 'code';
}

/** Whether nothing was changed but comments, blanks, or what is logged and measured: the usual innocent near by. */
export function isCosmetic(commit: FrozenCommit): boolean {
  if (
    /^(?:\w+(?:\([^)]*\))?: )?(?:fix(?:ed)? )?(?:typos?|comments?|format(?:ting)?|lint|whitespace|rename variable|spelling)\b/i.test(
      commit.subject,
    )
  )
    return true;
  const lines = commit.diff
    .split('\n')
    .filter((line) => /^[+-](?![+-]{2} )/.test(line))
    .map((line) => line.slice(1).trim());
  return (
    lines.length > 0 &&
    lines.every(
      (line) =>
        line === '' || /^(?:\/\/|#(?!include|define)|\*|\/\*|--(?!-)|<!--)/.test(line) || WATCHING.test(line),
    )
  );
}
