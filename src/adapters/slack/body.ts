import type { IncomingMessage } from 'node:http';

/** The whole body of a request. What exceeds the limit is not kept. Rejects when the connection breaks. */
export async function readBody(request: IncomingMessage, mostBytes: number): Promise<Buffer | 'too large'> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop early must not destroy the connection: the refusal still has to go back over it.
  const parts: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  for await (const chunk of parts) {
    bytes += chunk.length;
    if (bytes > mostBytes) return 'too large';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
