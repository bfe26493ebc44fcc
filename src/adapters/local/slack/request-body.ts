import type { IncomingMessage } from 'node:http';
import { isJsonObject, type JsonObject } from './types.ts';

/** Bodies above this are refused; Slack's own limit for uploads is far higher, ours only guards memory. */
const MOST_BYTES = 20 * 1024 * 1024;

/** Reads the whole body. Throws when it is larger than 20 MiB. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MOST_BYTES) throw new Error('The request body is larger than 20 MiB; send less at once.');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** The fields of a Web API call: JSON, form or multipart, with those of the query string. */
export async function readArguments(request: IncomingMessage, url: URL): Promise<JsonObject> {
  const body = await readBody(request);
  const type = request.headers['content-type'] ?? '';
  const query = Object.fromEntries(url.searchParams);
  if (type.startsWith('application/json')) return { ...query, ...parseJson(body) };
  if (type.startsWith('multipart/form-data')) return { ...query, ...(await parseMultipart(body, type)) };
  return { ...query, ...Object.fromEntries(new URLSearchParams(body.toString('utf8'))) };
}

/** The bytes of an upload, sent raw or as one part of a multipart form. */
export async function readUpload(request: IncomingMessage): Promise<Uint8Array> {
  const body = await readBody(request);
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return body;
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  for (const [, value] of form) {
    return typeof value === 'string' ? Buffer.from(value) : new Uint8Array(await value.arrayBuffer());
  }
  return new Uint8Array();
}

function parseJson(body: Buffer): JsonObject {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return isJsonObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

async function parseMultipart(body: Buffer, type: string): Promise<JsonObject> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  return Object.fromEntries([...form].filter(([, value]) => typeof value === 'string'));
}
