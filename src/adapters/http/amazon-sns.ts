import type { SnsHost } from '../../receive/access.ts';

const MAX_MS = 5000;
const MAX_BYTES = 64 * 1024;
/** SNS has one certificate for each region and renews it once a year. */
const MAX_KEPT = 32;
const MAX_ASKED_AT_ONCE = 4;

/**
 * Asks Amazon SNS over HTTPS: bounded in time, size and number, without following redirects. Certificates
 * are kept, those that could not be had are not. `send` is for tests.
 */
export function amazonSns(send: typeof fetch = fetch): SnsHost {
  const certificates = new Map<string, Promise<string>>();
  let underWay = 0;

  async function get(address: URL): Promise<string> {
    if (underWay >= MAX_ASKED_AT_ONCE) throw new Error('Amazon is being asked too much at once.');
    underWay += 1;
    try {
      const answer = await send(address, { redirect: 'error', signal: AbortSignal.timeout(MAX_MS) });
      if (!answer.ok) throw new Error(`Amazon answered ${answer.status}.`);
      return await boundedText(answer);
    } finally {
      underWay -= 1;
    }
  }

  return {
    certificate(address) {
      const known = certificates.get(address.href);
      if (known) return known;
      const asked = get(address);
      certificates.set(address.href, asked);
      asked.catch(() => certificates.delete(address.href));
      const [oldest] = certificates.keys();
      if (certificates.size > MAX_KEPT && oldest) certificates.delete(oldest);
      return asked;
    },
    async confirm(address) {
      await get(address);
    },
  };
}

async function boundedText(answer: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  // A response's body is an async iterable in Node, which the types of fetch do not say.
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error('Amazon answered more than it should.');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
