import { readdirSync, readFileSync } from 'node:fs';
import { libraryStylesheet } from './mrkdwn-html.ts';

/** Later sheets may overrule earlier ones; narrow screens come last. */
const STYLES = [
  'theme',
  'frame',
  'messages',
  'library',
  'controls',
  'composer',
  'dialogs',
  'shop',
  'notices',
  'narrow',
];

export interface Asset {
  type: string;
  content: string;
}

/** Everything the page loads, by path: the scripts as they are, and the styles joined to one sheet. */
export function loadAssets(): Map<string, Asset> {
  const folder = new URL('./assets/', import.meta.url);
  const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));
  const style = STYLES.map((name) => read(`styles/${name}.css`)).join('\n');
  return new Map([
    ...scripts.map((name): [string, Asset] => [
      `/console/${name}`,
      { type: 'text/javascript; charset=utf-8', content: read(name) },
    ]),
    ['/console/console.css', { type: 'text/css; charset=utf-8', content: style }],
    ['/console/blocks.css', { type: 'text/css; charset=utf-8', content: libraryStylesheet() }],
    ['/console/icon.svg', { type: 'image/svg+xml', content: read('icon.svg') }],
  ]);
}
