import { appendFile, readFile } from 'node:fs/promises';
import type { ApiAnswer, ApiHandler, ApiRequest } from './exchange.ts';

/** One write as it is kept: the emulator forgets everything when the process ends. */
type Entry = { method: string; path: string; body?: unknown; at: string };

/** What is kept; other writes (issues, comments, contents) are gone after a restart. */
const KEPT = /^\/repos\/[^/]+\/[^/]+\/(git\/|pulls(\/\d+)?$|pulls\/\d+\/merge$|deployments)/;

/** The writes that others made since the repository was seeded, in a file of JSON lines. */
export type WriteLog = {
  /** Keeps a write that succeeded. */
  record(request: ApiRequest, answer: ApiAnswer): Promise<void>;
  /** Makes the kept writes again, oldest first; returns how many were refused this time. */
  replay(handle: ApiHandler): Promise<{ made: number; refused: number }>;
};

export function openWriteLog(options: { file: string; look: ApiHandler }): WriteLog {
  // One write after the other: the file's order is the order in which they are made again.
  let last: Promise<void> = Promise.resolve();
  return {
    record(request, answer) {
      if (request.method === 'GET' || answer.status >= 300 || !KEPT.test(request.url.pathname))
        return Promise.resolve();
      last = last
        .catch(() => undefined)
        .then(async () => {
          const entries = await entriesFor(request, answer, options.look);
          await appendFile(options.file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
        });
      return last;
    },
    async replay(handle) {
      const counts = { made: 0, refused: 0 };
      for (const { method, path, body, at } of await readEntries(options.file)) {
        const { status } = await handle({
          method,
          url: new URL(path, 'http://github'),
          body,
          at: new Date(at),
        });
        counts[status < 300 ? 'made' : 'refused'] += 1;
      }
      return counts;
    },
  };
}

async function entriesFor(request: ApiRequest, answer: ApiAnswer, look: ApiHandler): Promise<Entry[]> {
  const { method, url, body } = request;
  const entry: Entry = { method, path: url.pathname, body, at: request.at.toISOString() };
  if (url.pathname.endsWith('/git/commits')) {
    // Who and when come from the answer: made again without them, the commit would get another hash.
    const { author, committer } = answer.body as { author: unknown; committer: unknown };
    return [{ ...entry, body: { ...(body as object), author, committer } }];
  }
  if (url.pathname.endsWith('/merge')) return [entry, ...(await mergedCommit(request, answer, look))];
  return [entry];
}

/** The merge's own commit as it was, and the branch set to it: merging again makes one with another time. */
async function mergedCommit(request: ApiRequest, answer: ApiAnswer, look: ApiHandler): Promise<Entry[]> {
  const repository = request.url.pathname.split('/').slice(0, 4).join('/');
  const { sha } = answer.body as { sha: string };
  const get = async (path: string) => {
    const { body } = await look({
      method: 'GET',
      url: new URL(path, request.url),
      body: undefined,
      at: request.at,
    });
    return body;
  };
  const commit = (await get(`${repository}/git/commits/${sha}`)) as {
    message: string;
    author: unknown;
    committer: unknown;
    tree: { sha: string };
    parents: Array<{ sha: string }>;
  };
  const pull = (await get(request.url.pathname.replace(/\/merge$/, ''))) as { base: { ref: string } };
  const { message, author, committer } = commit;
  const parents = commit.parents.map((parent) => parent.sha);
  const at = request.at.toISOString();
  return [
    {
      method: 'POST',
      path: `${repository}/git/commits`,
      body: { message, author, committer, tree: commit.tree.sha, parents },
      at,
    },
    {
      method: 'PATCH',
      path: `${repository}/git/refs/heads/${pull.base.ref}`,
      body: { sha, force: true },
      at,
    },
  ];
}

async function readEntries(file: string): Promise<Entry[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  // The last line may have been cut off by a crash; what has no line end was never acknowledged.
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Entry);
}
