import { onTestFinished } from 'vitest';
import { githubClient, type GitHubClient } from '../../src/adapters/github/client.ts';
import { startGitHub } from '../../src/adapters/local/github/start.ts';
import { openShopRepository, type ShopRepository } from '../../src/adapters/local/shop/repository.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export const REPO = 'acme/shop';
export const TOKEN = 'token-of-this-test';

/** The demo's GitHub with the shop's repository, our client for it, and plain calls for what it does not do. */
export type DemoGitHub = {
  home: string;
  shop: ShopRepository;
  url: string;
  client: GitHubClient;
  /** A call below `/repos/acme/shop/`; gives status and JSON body. */
  call(method: string, path: string, body?: unknown, token?: string): Promise<{ status: number; body: any }>;
  /** A file's text on a branch, or undefined if it is not there. */
  file(path: string, ref?: string): Promise<string | undefined>;
  /** Commits a file to main. */
  commitFile(path: string, text: string, message: string): Promise<string>;
  stop(): Promise<void>;
};

export async function startDemoGitHub(options: { home?: string; now?: Date } = {}): Promise<DemoGitHub> {
  const home = options.home ?? temporaryDirectory();
  const shop = await openShopRepository({ home, now: options.now ?? new Date() });
  const log = { info: () => undefined, warn: () => undefined };
  const github = await startGitHub({
    home,
    repository: shop,
    owner: 'acme',
    name: 'shop',
    token: TOKEN,
    log,
  });
  let running = true;
  const stop = async () => {
    if (running) await github.stop();
    running = false;
  };
  onTestFinished(stop);

  const call: DemoGitHub['call'] = async (method, path, body, token = TOKEN) => {
    const response = await fetch(`${github.apiUrl}/repos/${REPO}/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  return {
    home,
    shop,
    url: github.apiUrl,
    client: githubClient({ token: TOKEN, apiUrl: github.apiUrl, userAgent: 'sitrep-test' }),
    call,
    async file(path, ref = 'main') {
      const { status, body } = await call('GET', `contents/${path}?ref=${encodeURIComponent(ref)}`);
      return status === 404 ? undefined : Buffer.from(body.content, 'base64').toString();
    },
    async commitFile(path, text, message) {
      const known = await call('GET', `contents/${path}`);
      const { body } = await call('PUT', `contents/${path}`, {
        message,
        content: Buffer.from(text).toString('base64'),
        ...(known.status === 200 ? { sha: known.body.sha } : {}),
      });
      return body.commit.sha;
    },
    stop,
  };
}
