import { spawn, type ChildProcess } from 'node:child_process';
import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

/** How long a server may take to end by itself once its input has. */
const GRACE_MS = 1000;

/**
 * A server as a process of its own. The SDK's transport is not used because it hands on a part of our environment,
 * and ends the process that it started but not what that one has started.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #options: {
    command: readonly string[];
    env: Record<string, string>;
    directory: string;
    maxBytes: number;
  };
  readonly #buffer: ReadBuffer;
  #child: ChildProcess | null = null;
  #ended: Promise<void> = Promise.resolve();

  constructor(options: {
    command: readonly string[];
    /** All that the process sees of the environment. */
    env: Record<string, string>;
    directory: string;
    maxBytes: number;
  }) {
    this.#options = options;
    this.#buffer = new ReadBuffer({ maxBufferSize: options.maxBytes });
  }

  async start(): Promise<void> {
    const { command, env, directory } = this.#options;
    const [program = '', ...args] = command;
    // In a group of its own, so that what it starts can be ended with it. Nobody reads its complaints: they may hold
    // secrets, and are text from outside.
    const child = spawn(program, args, {
      env,
      cwd: directory,
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#child = child;
    const kill = () => killGroup(child);
    process.once('exit', kill);
    this.#ended = new Promise((resolve) => {
      child.once('close', () => {
        process.off('exit', kill);
        resolve();
        this.onclose?.();
      });
    });
    child.stdin.on('error', (error) => this.onerror?.(error));
    child.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) => {
        process.off('exit', kill);
        reject(error);
      });
    });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const input = this.#child?.stdin;
    if (!input?.writable) throw new Error('the process has ended');
    // Whoever waits for the answer has a deadline; a server that does not read is no reason to wait here.
    input.write(serializeMessage(message));
  }

  async close(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined) return;
    child.stdin?.end();
    const timer = setTimeout(() => killGroup(child), GRACE_MS);
    await this.#ended;
    clearTimeout(timer);
    // What it had started may have outlived it.
    killGroup(child);
  }

  #take(chunk: Buffer): void {
    try {
      this.#buffer.append(chunk);
      for (let message = this.#next(); message !== null; message = this.#next()) this.onmessage?.(message);
    } catch (error) {
      this.onerror?.(error instanceof Error ? error : new Error(String(error)));
      if (this.#child) killGroup(this.#child);
    }
  }

  #next(): JSONRPCMessage | null {
    return this.#buffer.readMessage();
  }
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The whole group has ended already.
  }
}
