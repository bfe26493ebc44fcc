import { git } from './git.ts';
import type { ShopRepository } from './repository.ts';

/** How to run an image: what the local cluster asks for. */
export type RunnableImage = { cwd: string; command: string; args: string[] };

/** The image of a service at a commit: `shop/<service>:<first 12 of its sha>`. */
export function shopImage(service: string, sha: string): string {
  return `shop/${service}:${sha.slice(0, 12)}`;
}

/** The shop's registry: every commit of every service is an image, checked out when it is first run. */
export function shopImages(repository: ShopRepository): { resolve(image: string): Promise<RunnableImage> } {
  return {
    async resolve(image) {
      const [, service, tag] = /^shop\/([a-z]+):([0-9a-f]{12})$/.exec(image) ?? [];
      if (!service || !tag)
        throw new Error(`No image ${image}: images are named shop/<service>:<first 12 of a commit>.`);
      const server = `services/${service}/server.js`;
      const sha = await findCommit(repository.dir, tag, server);
      if (!sha)
        throw new Error(`No image ${image}: the shop's repository has no such service at that commit.`);
      return { cwd: await repository.checkout(sha), command: process.execPath, args: [server] };
    },
  };
}

async function findCommit(dir: string, abbreviated: string, path: string): Promise<string | undefined> {
  try {
    await git(dir, ['cat-file', '-e', `${abbreviated}:${path}`]);
    return (await git(dir, ['rev-parse', '--verify', `${abbreviated}^{commit}`])).trim();
  } catch {
    return undefined;
  }
}
