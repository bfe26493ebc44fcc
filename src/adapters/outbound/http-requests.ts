import type { FilledRequest, HttpReader, HttpRequests } from '../../act/world/http.ts';
import type { ConfiguredRequest, HttpTemplate } from '../../config/http.ts';
import { digestOf } from '../../incident/canonical.ts';
import { firstLine } from '../../incident/text.ts';
import { fillJson, fillText, fillUrl, whyNotValue } from './fill.ts';
import { OutboundError, type Outbound } from './outbound.ts';
import { valueAt } from './json-pointer.ts';

/** The requests that sitrep.yaml describes, and nothing else. */
export function httpRequests(configured: readonly ConfiguredRequest[], outbound: Outbound): HttpRequests {
  return {
    fill(name, values) {
      const request = described(configured, outbound, name, values);
      if ('mistake' in request) return request;
      const headers = configured.find(({ template }) => template.name === name)?.headers;
      if (!headers)
        return { mistake: `This process lacks what “${name}” is sent with; the executor has it.` };
      return { ...request, send: (key) => send(request, headers, outbound, key) };
    },
  };
}

/** The same without anything that could send. */
export function httpReader(configured: readonly ConfiguredRequest[], outbound: Outbound): HttpReader {
  return { fill: (name, values) => described(configured, outbound, name, values) };
}

type Described = Omit<FilledRequest, 'send'>;

function described(
  configured: readonly ConfiguredRequest[],
  outbound: Outbound,
  name: string,
  values: Record<string, string>,
): Described | { mistake: string } {
  const called = (name: string | null) => configured.find(({ template }) => template.name === name);
  const found = called(name);
  if (!found) {
    const known = configured.map((one) => one.template.name).join(', ') || 'none';
    return { mistake: `There is no template “${name}” in sitrep.yaml (there are: ${known}).` };
  }
  const { template, readHeaders } = found;
  const mistake = whyNotValues(template, values);
  if (mistake !== null) return { mistake };
  const url = fillUrl(template.url, values);
  const readUrl = fillUrl(template.readBack.url, values);
  if (url === null || readUrl === null)
    return { mistake: `These values would lead to another path than “${name}” means.` };
  if (!readHeaders)
    return {
      mistake: `The read-back of “${name}” takes a credential that only the executor has; give it read_back.headers of its own (docs/configuration.md).`,
    };
  const back = called(template.inverse)?.template;
  const inverse = back ? { template: back.name, values: taken(back, values) } : null;
  return { ...filled(template, values, { url, readUrl }, readHeaders, outbound), inverse };
}

async function send(
  { method, url, body }: Described,
  headers: Record<string, string>,
  outbound: Outbound,
  key: string,
): Promise<void> {
  const type = body === null ? {} : { 'content-type': 'application/json' };
  const response = await outbound.fetch(url, {
    method,
    headers: { ...type, ...headers, 'idempotency-key': key },
    ...(body === null ? {} : { body }),
  });
  const { status } = response;
  await response.body?.cancel();
  if (status >= 200 && status < 300) return;
  // A client's mistake was not carried out; of anything else nobody can tell.
  const outcome = status >= 400 && status < 500 ? 'refused' : 'unknown';
  throw new OutboundError(outcome, `${new URL(url).host} answered ${method} with ${status}.`);
}

function filled(
  template: HttpTemplate,
  values: Record<string, string>,
  { url, readUrl }: { url: string; readUrl: string },
  headers: Record<string, string>,
  outbound: Outbound,
): Omit<Described, 'inverse'> {
  const body = template.body === undefined ? null : JSON.stringify(fillJson(template.body, values));
  const { readBack, method, risk, repeatable } = template;
  return {
    definition: digestOf(template).slice(0, 16),
    method,
    url,
    body,
    risk,
    repeatable,
    async look() {
      const response = await outbound.fetch(readUrl, { headers });
      const text = await response.text();
      const { expect } = readBack;
      if ('status' in expect)
        return { asWanted: response.status === expect.status, seen: `status ${response.status}` };
      if (!response.ok)
        throw new OutboundError('refused', `The read-back was answered with ${response.status}.`);
      const value = valueAt(text, expect.pointer);
      return {
        asWanted: value === fillText(expect.equals, values),
        seen: `${expect.pointer} is ${value === null ? 'not there' : firstLine(value, 100)}`,
      };
    },
  };
}

/** The values that a template takes. */
function taken(template: HttpTemplate, values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(template.values, name)));
}

function whyNotValues(template: HttpTemplate, values: Record<string, string>): string | null {
  const missing = Object.keys(template.values).find((one) => !Object.hasOwn(values, one));
  if (missing !== undefined) return `“${template.name}” wants a value for {${missing}}.`;
  for (const [name, value] of Object.entries(values)) {
    const rule = Object.hasOwn(template.values, name) ? template.values[name] : undefined;
    const why = rule ? whyNotValue(value, rule) : 'the template has no such placeholder';
    if (why !== null) return `{${name}} of “${template.name}” cannot be “${firstLine(value, 60)}”: ${why}.`;
  }
  return null;
}
