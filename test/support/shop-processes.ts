import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { vi } from 'vitest';
import { shopImage, shopImages } from '../../src/adapters/local/shop/images.ts';
import type { ShopRepository } from '../../src/adapters/local/shop/repository.ts';

const SERVICES = ['catalog', 'pricing', 'checkout', 'storefront'];

/** The shop's services as plain child processes, one each, at fixed addresses; no cluster in between. */
export type ShopProcesses = {
  url(service: string): string;
  process(service: string): ChildProcess;
  /** Ends the service's process and starts the release of that commit in its place. */
  rollOut(service: string, sha: string): Promise<void>;
  stop(): Promise<void>;
};

export async function startShopProcesses(repository: ShopRepository): Promise<ShopProcesses> {
  const ports = new Map<string, number>();
  for (const service of SERVICES) ports.set(service, await freePort());
  const url = (service: string) => `http://127.0.0.1:${ports.get(service)}`;
  const addresses = Object.fromEntries(SERVICES.map((name) => [`${name.toUpperCase()}_URL`, url(name)]));
  const processes = new Map<string, ChildProcess>();

  const start = async (service: string, sha: string) => {
    const image = await shopImages(repository).resolve(shopImage(service, sha));
    const env = { ...process.env, ...addresses, PORT: String(ports.get(service)) };
    processes.set(service, spawn(image.command, image.args, { cwd: image.cwd, env, stdio: 'ignore' }));
    await vi.waitFor(
      async () => (await fetch(`${url(service)}/healthz`)).ok || Promise.reject(new Error('not ok')),
      {
        timeout: 10_000,
      },
    );
  };
  const end = async (service: string) => {
    const child = processes.get(service);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), 500);
    await ended;
    clearTimeout(force);
  };

  for (const service of SERVICES) await start(service, repository.releases.current[service] ?? '');
  return {
    url,
    process: (service) => processes.get(service) as ChildProcess,
    async rollOut(service, sha) {
      await end(service);
      await start(service, sha);
    },
    async stop() {
      await Promise.all(SERVICES.map(end));
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
