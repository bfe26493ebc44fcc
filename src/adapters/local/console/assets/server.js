import { toast } from './page.js';

/** The person whom the page acts as. */
export const me = () => document.body.dataset.as;

/** Fetches a fragment of the page. */
export async function get(path, params = {}) {
  const query = new URLSearchParams({ as: me(), ...params });
  const response = await fetch(`/console/${path}?${query}`);
  if (!response.ok) throw new Error(`The console answered ${response.status}.`);
  return response.text();
}

/** Asks the server to do something; the token shows that our own page asks. */
export async function post(action, body) {
  const response = await fetch(`/console/${action}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-console-token': document.querySelector('meta[name="console-token"]').content,
    },
    body: JSON.stringify({ as: me(), ...body }),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `The console answered ${response.status}.`);
  return answer;
}

/** Runs `work` and shows its error to the person; undefined when it failed. */
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    toast(error.message);
    return undefined;
  }
}
