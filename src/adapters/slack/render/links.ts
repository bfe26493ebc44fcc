import { words, type Inline } from './rich.ts';

const LONGEST_URL = 1_000;
const LONGEST_PATH = 50;

/** A link that may be shown: http or https, no user name or password in it, of bounded length. */
export function safeUrl(link: string | null): URL | null {
  if (link === null || link.length > LONGEST_URL || !URL.canParse(link)) return null;
  const url = new URL(link);
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
  return isWeb && url.username === '' && url.password === '' && url.href.length <= LONGEST_URL ? url : null;
}

/**
 * Where something comes from, to stand after its title. The words of a link are always its own host
 * and the beginning of its path, so that no text from outside can pretend to lead somewhere else. A path, such as a runbook's, is plain text.
 */
export function source(link: string | null): Inline[] {
  const url = safeUrl(link);
  if (url) return [words(' ('), { type: 'link', url: url.href, text: shown(url) }, words(')')];
  if (link !== null && /^[\w./#-]{1,200}$/.test(link)) return [words(` (${link})`)];
  return [];
}

function shown({ host, pathname }: URL): string {
  // A hash of a commit is known by its first digits.
  const path = pathname.replace(/\/$/, '').replaceAll(/(?<=\/[0-9a-f]{7})[0-9a-f]{33}(?=\/|$)/g, '');
  const rest = path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH)}…` : path;
  return `${host.slice(0, 100)}${rest}`;
}
