import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createElement, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { Message } from 'slack-blocks-to-jsx';
import type { Block } from '../slack/types.ts';
import { html, trusted, type Html } from './html.ts';

/** Names that mentions are replaced with. */
export interface Names {
  users: readonly { id: string; name: string }[];
  channels: readonly { id: string; name: string }[];
}

/** Renders blocks that need no handling of ours with slack-blocks-to-jsx. */
export function libraryHtml(blocks: readonly Block[], names: Names): Html {
  const message = createElement(Message, {
    // The library's block types are narrower than what Slack accepts; it draws unknown blocks as nothing.
    blocks: blocks as never,
    withoutWrapper: true,
    theme: 'light',
    name: '',
    logo: '',
    data: { users: [...names.users], channels: [...names.channels], user_groups: [] },
    hooks: {
      link: ({ href, children }: { href: string; children: ReactNode }) => linkElement(href, children),
    },
  });
  const markup = renderToStaticMarkup(message)
    .replaceAll(/<link rel="preload"[^>]*>/g, '')
    .replaceAll(/ ?id="slack_blocks_to_jsx"| ?data-theme="light"/g, '');
  return html`<div class="slack-blocks">${trusted(markup)}</div>`;
}

/** A text object of Block Kit as markup. */
export function textHtml(text: unknown, names: Names): Html {
  const { type, text: content } = (text ?? {}) as { type?: string; text?: string };
  if (!content) return html``;
  // Most labels are plain words, which need no renderer.
  if (type === 'plain_text' && !/:[a-z0-9_+-]+:/.test(content)) return html`${content}`;
  return libraryHtml([{ type: 'section', text }], names);
}

/** The library's stylesheet, with its page-wide id turned into a class so that many fragments can share it. */
export function libraryStylesheet(): string {
  const path = fileURLToPath(import.meta.resolve('slack-blocks-to-jsx/dist/style.css'));
  return readFileSync(path, 'utf8').replaceAll('#slack_blocks_to_jsx', '.slack-blocks');
}

/** A link to a message of this workspace, whose host exists only in Slack. */
const PERMALINK =
  /^https:\/\/[a-z0-9-]+\.slack\.com\/archives\/\w+\/p(\d{10})(\d{6})(?:\?thread_ts=([\d.]+))?/;

function linkElement(href: string, children: ReactNode): ReactNode {
  const [, seconds, micros, parent] = PERMALINK.exec(href) ?? [];
  if (seconds) {
    const thread = parent ?? `${seconds}.${micros}`;
    const properties = { href: `/?thread=${thread}`, className: 'slack_link', 'data-thread': thread };
    return createElement('a', properties, children);
  }
  const safe = /^(https?:|mailto:)/i.test(href);
  if (!safe) return createElement('span', null, children);
  return createElement(
    'a',
    { href, target: '_blank', rel: 'noreferrer noopener', className: 'slack_link' },
    children,
  );
}
