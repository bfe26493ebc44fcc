import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromWorld, ToWorld, WorldAddresses, WorldOptions } from './options.ts';

export type World = {
  addresses: WorldAddresses;
  /** Rolls the defective release out, as the console's button does. */
  breakShop(): Promise<void>;
  /** Presses a button in the channel as that person, through a signed request like any click. */
  press(person: string, actionId: string): Promise<void>;
  stop(): Promise<void>;
};

const STOP_MS = 8000;

/**
 * Starts the local world as a process of its own, so that its memory and its work are not Sitrep's. It
 * ends itself, with everything in it, when this process goes away, however that happens.
 */
export async function startWorld(options: WorldOptions): Promise<World> {
  const child = fork(fileURLToPath(new URL('./process.ts', import.meta.url)), [], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // An interrupt in the terminal goes to the whole group; the world must wait for Sitrep's word.
    detached: true,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      SITREP_WORLD: JSON.stringify(options),
      ...(process.env['SITREP_LOG'] ? { SITREP_LOG: process.env['SITREP_LOG'] } : {}),
    },
  });
  let requests = 0;
  async function ask(message: (request: number) => ToWorld): Promise<void> {
    requests += 1;
    const request = requests;
    const answer = waitFor(child, (one) => (one.kind === 'done' && one.request === request ? one : null));
    tell(child, message(request));
    const { error } = await answer;
    if (error) throw new Error(error);
  }
  return {
    addresses: await ready(child),
    breakShop: () => ask((request) => ({ kind: 'break shop', request })),
    press: (person, actionId) => ask((request) => ({ kind: 'press', request, person, actionId })),
    stop: () => stop(child),
  };
}

async function ready(child: ChildProcess): Promise<WorldAddresses> {
  const first = await waitFor(child, (message) =>
    message.kind === 'ready' || message.kind === 'failed' ? message : null,
  );
  if (first.kind === 'ready') return first.addresses;
  await stop(child);
  throw new Error(`The local world could not be started: ${first.message}`);
}

function waitFor<T>(child: ChildProcess, pick: (message: FromWorld) => T | null): Promise<T> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown) => {
      const picked = pick(message as FromWorld);
      if (picked === null) return;
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(picked);
    };
    const onExit = (code: number | null) =>
      reject(new Error(`The local world ended by itself (exit code ${code}).`));
    child.on('message', onMessage);
    child.once('exit', onExit);
  });
}

function tell(child: ChildProcess, message: ToWorld): void {
  if (child.connected) child.send(message);
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    tell(child, { kind: 'stop' });
  });
}
