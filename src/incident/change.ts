import { plain } from './text.ts';

/** What a change is: something was written, merged, rolled out, or switched. */
export type ChangeKind = 'commit' | 'pull_request' | 'deploy' | 'flag';

/** One file of a change. `patch` is absent where it is binary, too large, or not known. */
export type ChangedFile = { path: string; additions: number; deletions: number; patch?: string | undefined };

/** A change of what runs, as our record keeps it; kind, repo and key together name it. */
export type RecordedChange = {
  kind: ChangeKind;
  /** `owner/name`; for a flag service the name that it goes by. */
  repo: string;
  /** Within kind and repo: a commit's sha, a pull request's number, a deployment's id, a flag's change. */
  key: string;
  /** When it took effect as far as is known: committed, merged, rolled out with success, switched. */
  at: Date;
  author: string;
  subject: string;
  body: string;
  files: ChangedFile[];
  url: string | null;
  /** Declared service that it is about, where the source says so. */
  service: string | null;
  environment: string | null;
  /** The commit that a pull request was merged as, that a deployment rolled out, or that changed a flag. */
  sha: string | null;
  /** Of a flag: its name, and its values in text; null where a value is not known. */
  flag: { key: string; before: string | null; after: string | null } | null;
  /** False while details are missing that polling reads later: files of a commit, the end of a deployment. */
  complete: boolean;
};

/** A change of which only the name and the time are known. */
export function blankChange(kind: ChangeKind, repo: string, key: string, at: Date): RecordedChange {
  return {
    kind,
    repo,
    key,
    at,
    author: 'unknown',
    subject: '',
    body: '',
    files: [],
    url: null,
    service: null,
    environment: null,
    sha: null,
    flag: null,
    complete: true,
  };
}

/** Changes of some repositories and of all flag services, and until when they are known. */
export interface ChangeLog {
  /** Newest first, at most 500; all paths, because shared configuration can be guilty too. */
  changes(query: { repos: readonly string[]; since: Date; until: Date }): Promise<RecordedChange[]>;
  /** Until when each repository was read, by name; one that was never read is not in it. */
  knownUntil(repos: readonly string[]): Promise<Map<string, Date>>;
}

const LONGEST_PATCH = 20_000;
const LONGEST_PATCHES = 200_000;
const MOST_FILES = 300;

/** The change with every text inert and bounded: a patch to 20 kB, all of them to 200 kB, 300 files. */
export function inertChange(change: RecordedChange): RecordedChange {
  let left = LONGEST_PATCHES;
  const files = change.files.slice(0, MOST_FILES).map(({ path, additions, deletions, patch }) => {
    const kept = patch === undefined || left < 2 ? undefined : plain(patch, Math.min(LONGEST_PATCH, left));
    left -= kept?.length ?? 0;
    return {
      path: plain(path, 500),
      additions,
      deletions,
      ...(kept === undefined || kept === '' ? {} : { patch: kept }),
    };
  });
  const { url, service, environment, sha, flag } = change;
  return {
    ...change,
    repo: plain(change.repo, 200),
    key: plain(change.key, 300),
    at: sane(change.at),
    author: plain(change.author, 100),
    subject: plain(change.subject, 300),
    body: plain(change.body, 4000),
    files,
    url: url !== null && /^https?:\/\//i.test(url) ? plain(url, 2000) : null,
    service: service === null ? null : plain(service, 100),
    environment: environment === null ? null : plain(environment, 100),
    sha: sha !== null && /^[0-9a-f]{7,64}$/.test(sha) ? sha : null,
    flag: flag && {
      key: plain(flag.key, 200),
      before: flag.before === null ? null : plain(flag.before, 500),
      after: flag.after === null ? null : plain(flag.after, 500),
    },
  };
}

// A mad clock must not stop the database from taking a delivery.
function sane(at: Date): Date {
  const time = at.getTime();
  return new Date(Number.isNaN(time) ? 0 : Math.min(Math.max(time, 0), Date.UTC(2200, 0, 1)));
}
