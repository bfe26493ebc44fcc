import { join } from 'node:path';
import type { ImageSource } from '../../src/adapters/local/cluster/image-source.ts';

const PROGRAM = join(import.meta.dirname, 'test-image.js');

/**
 * Images for tests: `test:1`, `test:2` … answer every request with their name; `test:crash` ends at once;
 * `test:unready` fails its health check; `test:stubborn` ignores SIGTERM; `test:busy` blocks its event loop
 * after the first request to /block. Anything else does not exist.
 */
export const testImages: ImageSource = {
  async resolve(image) {
    if (!/^test:(\d+|crash|unready|stubborn|busy)$/.test(image)) throw new Error(`image ${image} not found`);
    return { cwd: import.meta.dirname, command: process.execPath, args: [PROGRAM], env: { IMAGE: image } };
  },
};
