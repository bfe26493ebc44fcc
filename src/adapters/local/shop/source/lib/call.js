import { Agent, request } from 'node:http';
import { HttpError } from './http-error.js';

const TIMEOUT_MS = 2000;
const agent = new Agent({ maxSockets: 16 });

/**
 * Asks another service for JSON. Its trouble becomes ours: 504 when it does not answer in time,
 * 502 when it cannot be reached or fails; its 4xx are passed on.
 */
export async function call(dependency, url, { method = 'GET', body } = {}) {
  let answer;
  try {
    answer = await exchange(url, method, body);
  } catch (error) {
    if (error.name === 'AbortError' || error.name === 'TimeoutError') {
      throw new HttpError(504, `${dependency} did not answer within ${TIMEOUT_MS} ms.`);
    }
    throw new HttpError(502, `${dependency} cannot be reached (${error.code ?? error.message}).`);
  }
  if (answer.status >= 500) throw new HttpError(502, `${dependency} answered ${answer.status}.`);
  if (answer.status >= 400) throw new HttpError(answer.status, JSON.parse(answer.text).error);
  return JSON.parse(answer.text);
}

function exchange(url, method, body) {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const headers = { 'Content-Type': 'application/json' };
    const outgoing = request(url, { agent, method, headers, signal }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode, text }));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
