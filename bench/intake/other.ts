import { createServer, type AddressInfo } from 'node:net';
import type { NextBody, Target } from '../rig/load.ts';

/** Another program that takes alerts and passes them on, to measure on the same machine in the same run. */
export type Other = {
  name: string;
  target: Target;
  /** Answers 200 when it is ready. */
  readyUrl: string;
  /** Bodies of alerts whose label `pod` ends in `<prefix>-<index>`. */
  body(prefix: string): NextBody;
  stop(): Promise<void>;
};

/** A port that was free a moment ago, for programs that cannot choose one and tell. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
