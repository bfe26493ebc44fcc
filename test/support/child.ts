import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A Node process that runs a snippet, for tests that need real processes. */
export interface Child {
  /** Resolves to the next line it prints; rejects if it ends before. */
  line(): Promise<string>;
  /** Kills it with SIGKILL and waits until it is gone. */
  kill(): Promise<void>;
  readonly pid: number;
  readonly process: ChildProcess;
}

/** Runs `source`, an ES module; imports must be absolute, see `moduleUrl`. */
export function runChild(source: string, env: NodeJS.ProcessEnv = {}): Child {
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '--eval', source], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const lines: string[] = [];
  const waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const next = waiting.shift();
    if (next === undefined) lines.push(line);
    else next.resolve(line);
  });
  const ended = once(child, 'close');
  let over = false;
  child.on('close', (code, signal) => {
    over = true;
    for (const each of waiting) each.reject(new Error(`The child ended with ${code ?? signal}: ${errors}`));
  });
  return {
    process: child,
    pid: child.pid ?? 0,
    line() {
      const line = lines.shift();
      if (line !== undefined) return Promise.resolve(line);
      if (over) return Promise.reject(new Error(`The child ended: ${errors}`));
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      waiting.push({ resolve, reject });
      return promise;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The address of a source file for an import in a child. */
export function moduleUrl(path: string): string {
  return JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
}
