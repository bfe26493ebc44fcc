import type { ApiAnswer, ApiHandler, ApiRequest } from './exchange.ts';

type File = { filename: string; status: string; additions: number; deletions: number; patch?: string };
type Commit = {
  sha: string;
  commit: { message: string; author: { name: string; date: string } };
  files: File[];
};
type Pull = {
  number: number;
  title: string;
  body: string | null;
  state: string;
  merged: boolean;
  head: { ref: string };
};

/** The pages that the links in API answers lead to: a commit, and a pull request. */
export function pages(options: {
  repository: string;
  handle: ApiHandler;
}): (request: ApiRequest) => Promise<ApiAnswer | undefined> {
  const get = (path: string) =>
    options.handle({
      method: 'GET',
      url: new URL(`/repos/${options.repository}/${path}`, 'http://github'),
      body: undefined,
      at: new Date(),
    });
  return async ({ method, url }) => {
    if (method !== 'GET' || !url.pathname.startsWith(`/${options.repository}/`)) return undefined;
    const [kind, id = ''] = url.pathname.slice(options.repository.length + 2).split('/');
    if (kind === 'commit') {
      const { status, body } = await get(`commits/${id}`);
      return status === 200 ? page(commitPage(body as Commit)) : page('<h1>No such commit</h1>', 404);
    }
    if (kind === 'pull') {
      const [pull, files] = [await get(`pulls/${id}`), await get(`pulls/${id}/files`)];
      if (pull.status !== 200) return page('<h1>No such pull request</h1>', 404);
      return page(pullPage(pull.body as Pull, files.body as File[]));
    }
    return undefined;
  };
}

function commitPage({ sha, commit, files }: Commit): string {
  const [subject = '', ...body] = commit.message.split('\n');
  const by = `${commit.author.name}, ${commit.author.date}, ${sha}`;
  return `<h1>${escape(subject)}</h1><p>${escape(by)}</p><pre>${escape(body.join('\n').trim())}</pre>${diff(files)}`;
}

function pullPage(pull: Pull, files: File[]): string {
  const state = `${pull.merged ? 'merged' : pull.state}, from ${pull.head.ref}`;
  return `<h1>#${pull.number} ${escape(pull.title)}</h1><p>${escape(state)}</p><pre>${escape(pull.body ?? '')}</pre>${diff(files)}`;
}

function diff(files: File[]): string {
  return files
    .map(
      ({ filename, patch }) =>
        `<h2>${escape(filename)}</h2><pre>${(patch ?? '').split('\n').map(line).join('\n')}</pre>`,
    )
    .join('');
}

function line(text: string): string {
  const kind = text.startsWith('+') ? 'ins' : text.startsWith('-') ? 'del' : 'span';
  return `<${kind}>${escape(text)}</${kind}>`;
}

function page(content: string, status = 200): ApiAnswer {
  const style =
    ':root{color-scheme:light dark}body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}' +
    'pre{overflow:auto}ins,del{text-decoration:none}ins{color:light-dark(#116329,#7ee787)}del{color:light-dark(#a40e26,#ffa198)}';
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Demo GitHub</title><style>${style}</style>${content}`;
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    },
    body,
  };
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
