import type { Random } from '../../bench/rig/random.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const HEX = '0123456789abcdef';
const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A secret that must not get out, and the part of it that nothing else contains. */
export type Canary = { text: string; core: string };

/** As the issuers of tokens write them; `core` stands for what only this token has. */
const FORMATS: ((core: string, hex: string, capitals: string) => string)[] = [
  (core) => `xoxb-123456789012-${core}`,
  (core) => `xoxp-123456789012-${core}`,
  (core) => `xoxe-1-${core}`,
  (core) => `xapp-1-A0123-${core}`,
  (core) => `https://hooks.slack.com/services/T0000/B0000/${core}`,
  (core) => `ghp_${core}`,
  (core) => `gho_${core}`,
  (core) => `ghs_${core}`,
  (core) => `ghr_${core}`,
  (core) => `github_pat_11AAAA_${core}`,
  (core) => `glpat-${core}`,
  (core) => `sk-${core}`,
  (core) => `sk-proj-${core}`,
  (core) => `sk-ant-${core}`,
  (core) => `sk_live_${core}`,
  (core) => `rk_live_${core}`,
  (_, __, capitals) => `AKIA${capitals.slice(0, 16)}`,
  (_, __, capitals) => `ASIA${capitals.slice(0, 16)}`,
  (core) => `AIza${core.slice(0, 35)}`,
  (core) => `ya29.${core}`,
  (core) => `npm_${core}`,
  (_, hex) => `dop_v1_${hex}`,
  (core) => `FlyV1 fm2_${core}`,
  (core) => `hvs.${core}`,
  (core) => `SG.${core.slice(0, 20)}.${core.slice(20)}`,
  (core) => `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.${core}`,
  (core) => `postgres://sitrep:${core}@db.internal:5432/app`,
  (core) => `Authorization: Bearer ${core}`,
  (core) => `password=${core}`,
  (core) => `-----BEGIN RSA PRIVATE KEY-----\n${core}\n-----END RSA PRIVATE KEY-----`,
];
export const FORMAT_COUNT = FORMATS.length;

export function canary(number: number, random: Random): Canary {
  const some = (from: string, length: number) =>
    Array.from({ length }, () => from[random.below(from.length)]).join('');
  const core = some(LETTERS, 40);
  const hex = some(HEX, 64);
  const capitals = some(CAPITALS, 20);
  const text = FORMATS[number % FORMATS.length]?.(core, hex, capitals) ?? core;
  // Twelve characters in a row are enough to know it by, and more than chance gives.
  const inner = [core, hex, capitals].map((one) => one.slice(2, 14)).find((one) => text.includes(one));
  return { text, core: inner ?? core.slice(2, 14) };
}

/** Whether a text that left contains a secret in a form that can be undone without a key. */
export function contains(sink: string, { core }: Canary): boolean {
  const found = (text: string): boolean =>
    text.includes(core) || text.replaceAll(/[^A-Za-z0-9]/g, '').includes(core);
  return found(sink) || VIEWS.some((view) => view(sink).some(found));
}

/** A text read in every way that makes another text of it; written down apart from what masks it. */
const VIEWS: ((text: string) => string[])[] = [
  (text) => [text.normalize('NFKC').replaceAll(/[\p{DI}\p{M}]/gu, '')],
  (text) => [Array.from(text).toReversed().join('')],
  (text) => [codes(text, /(?:%25|[%=])([0-9a-f]{2})/gi, 16), codes(text, /%([0-9a-f]{2})/gi, 16)],
  (text) => [codes(codes(text, /\\+(?:u\{?0*|x)([0-9a-f]{2})\}?/gi, 16), /\\+([0-7]{3})/g, 8)],
  (text) => [codes(codes(text, /&#x([0-9a-f]+);/gi, 16), /&#(\d+);/g, 10)],
  (text) => [codes(text, /(?:0x)?([0-9a-f]{2})[ :,]*/gi, 16), codes(text.slice(1), /([0-9a-f]{2})/gi, 16)],
  (text) => [codes(text, /\b(\d{2,3})\b ?/g, 10), codes(text, /([01]{8}) ?/g, 2)],
  (text) => inBase64(text).flatMap((inner) => [inner, ...inBase64(inner)]),
];

function codes(text: string, pattern: RegExp, base: number): string {
  return text.replace(pattern, (_, code: string) => String.fromCodePoint(Number.parseInt(code, base)));
}

/** What runs of base64 mean; where a run begins in the middle of one there are four ways to read it. */
function inBase64(text: string): string[] {
  const runs = text.replaceAll(/\\n|\n/g, '').match(/[A-Za-z0-9+/_-]{16,}/g) ?? [];
  return runs.flatMap((run) =>
    [0, 1, 2, 3].map((from) => Buffer.from(run.slice(from), 'base64').toString('latin1')),
  );
}
