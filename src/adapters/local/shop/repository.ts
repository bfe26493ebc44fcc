import { existsSync } from 'node:fs';
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { git } from './git.ts';
import { fastImportStream } from './history/fast-import.ts';
import { BAD_RELEASE, shopHistory } from './history/trees.ts';

/** A commit of the shop. `at` is the author date, `paths` what it changed against its parent. */
export type ShopCommit = {
  sha: string;
  author: { name: string; email: string };
  at: Date;
  subject: string;
  body: string;
  paths: string[];
};

/** A release tag `<service>-v<version>` and the commit it names. */
export type ShopRelease = { service: string; tag: string; sha: string; at: Date; subject: string };

/** The demo shop's git repository. */
export type ShopRepository = {
  /** The work tree. */
  dir: string;
  /** All commits of `main`, newest first. */
  commits(): Promise<ShopCommit[]>;
  /** All releases, oldest first. */
  history: ShopRelease[];
  /** Per service the last good release's commit; `bad` is the release with the mistake. */
  releases: { current: Record<string, string>; bad: { service: string; sha: string } };
  /** The directory with the tree of that commit, made on first use; prom-client resolves from there. */
  checkout(sha: string): Promise<string>;
};

/**
 * Opens the shop's repository in `home`, making it on the first start: the commits are dated relative
 * to `now` of that start. Rejects with what to do if git is missing or `home` holds something else.
 */
export async function openShopRepository({
  home,
  now,
}: {
  home: string;
  now: Date;
}): Promise<ShopRepository> {
  const root = resolve(home);
  const dir = join(root, 'shop');
  if (!existsSync(dir)) await makeRepository(root, dir, now);
  const history = await readReleases(dir);
  const bad = history.find(({ tag }) => tag === BAD_RELEASE);
  if (!bad) {
    throw new Error(
      `The demo shop in ${dir} has no release ${BAD_RELEASE}. Delete ${dir}; it is made again.`,
    );
  }
  const current: Record<string, string> = {};
  for (const release of history) if (release !== bad) current[release.service] = release.sha;
  return {
    dir,
    commits: () => readCommits(dir),
    history,
    releases: { current, bad: { service: bad.service, sha: bad.sha } },
    checkout: (sha) => checkOut(dir, join(root, 'releases'), sha),
  };
}

/** Makes the repository beside its place and moves it there whole, so that a crash leaves none behind half made. */
async function makeRepository(home: string, dir: string, now: Date): Promise<void> {
  const draft = join(home, `.shop-${process.pid}`);
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await git(draft, ['init', '--quiet']);
  await git(draft, ['symbolic-ref', 'HEAD', 'refs/heads/main']);
  await git(draft, ['fast-import', '--quiet', '--done'], { input: fastImportStream(shopHistory(), now) });
  await git(draft, ['reset', '--quiet', '--hard', 'main']);
  await rename(draft, dir);
}

const FIELD = '\x1f';
const RECORD = '\x1e';

async function readCommits(dir: string): Promise<ShopCommit[]> {
  const format = `${RECORD}${['%H', '%an', '%ae', '%at', '%s', '%b', ''].join(FIELD)}`;
  const output = await git(dir, ['log', '--first-parent', `--format=${format}`, '--name-only', 'main']);
  return output
    .split(RECORD)
    .slice(1)
    .map((record) => {
      const [sha = '', name = '', email = '', at = '', subject = '', body = '', paths = ''] =
        record.split(FIELD);
      return {
        sha,
        author: { name, email },
        at: new Date(Number(at) * 1000),
        subject,
        body: body.trim(),
        paths: paths.split('\n').filter((path) => path !== ''),
      };
    });
}

async function readReleases(dir: string): Promise<ShopRelease[]> {
  const format = ['%(refname:short)', '%(objectname)', '%(creatordate:unix)', '%(subject)'].join('%1f');
  const output = await git(dir, ['for-each-ref', '--sort=creatordate', `--format=${format}`, 'refs/tags']);
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [tag = '', sha = '', at = '', subject = ''] = line.split(FIELD);
      return { service: tag.replace(/-v[\d.]+$/, ''), tag, sha, at: new Date(Number(at) * 1000), subject };
    });
}

async function checkOut(repository: string, releases: string, sha: string): Promise<string> {
  const dir = join(releases, sha);
  await linkModules(releases);
  if (existsSync(dir)) return dir;
  const draft = join(releases, `.${sha}-${process.pid}-${performance.now()}`);
  const env = { GIT_INDEX_FILE: `${draft}.index` };
  await git(repository, ['read-tree', sha], { env });
  await git(repository, ['checkout-index', '--all', `--prefix=${draft}/`], { env });
  await rm(`${draft}.index`);
  try {
    await rename(draft, dir);
  } catch (error) {
    // Two callers may want the same release at once; the first one's directory is as good as ours.
    if (!existsSync(dir)) throw error;
    await rm(draft, { recursive: true });
  }
  return dir;
}

/** The shop's services find prom-client where Sitrep itself has it. */
async function linkModules(releases: string): Promise<void> {
  await mkdir(releases, { recursive: true });
  const promClient = dirname(createRequire(import.meta.url).resolve('prom-client/package.json'));
  const link = join(releases, 'node_modules');
  if (existsSync(link)) return;
  // A link to an installation that has moved since is dangling: `existsSync` sees none, but the name is taken.
  await rm(link, { force: true });
  try {
    await symlink(dirname(promClient), link);
  } catch (error) {
    // Two callers may link at once; both would have made the same link.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
