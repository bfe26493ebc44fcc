import type { SlackStandIn } from '../slack/stand-in.ts';
import type { StoredFile, StoredMessage } from '../slack/types.ts';
import { blocksHtml } from './blocks-html.ts';
import { html, type Html } from './html.ts';
import { libraryHtml, type Names } from './mrkdwn-html.ts';

/** Where a message is shown; the channel shows how many replies it has, the thread does not. */
export type Place = 'channel' | 'thread';

/** Names for mentions: the people, the app and the channel. */
export function namesOf({ people, app, channel }: SlackStandIn): Names {
  return { users: [...people, { id: app.botUserId, name: app.name }], channels: [channel] };
}

/** One message as an article; the browser script finds it by its ts. */
export function messageHtml(message: StoredMessage, place: Place, slack: SlackStandIn): Html {
  const names = namesOf(slack);
  const author = names.users.find((user) => user.id === message.user)?.name ?? message.user;
  const date = new Date(Number(message.ts) * 1000);
  const time = clock(date);
  return html`<article
    class="message ${message.visibleTo ? 'message-private' : ''}"
    data-ts="${message.ts}"
    data-user="${message.user}"
    data-container="message"
    data-id="${message.ts}"
    data-private="${message.visibleTo ? 'yes' : ''}"
    aria-label="${author} at ${time}"
  >
    ${avatarHtml(author, message.fromApp)}
    <div class="message-body">
      ${message.visibleTo && html`<p class="private-note">Only visible to you</p>`}
      <header>
        <strong class="author">${author}</strong>${message.fromApp && html`<span class="badge">APP</span>`}
        <time datetime="${date.toISOString()}" title="${date.toLocaleString('en-US')}">${time}</time>
      </header>
      <div class="message-content">${contentHtml(message, names)}</div>
      ${message.editedTs && html`<span class="edited">(edited)</span>`}
      ${(message.fileIds ?? []).map((id) => fileHtml(slack.workspace.file(id)))}
      ${message.reactions?.length ? reactionsHtml(message, names) : ''}
      ${place === 'channel' && threadBarHtml(message, slack)}
    </div>
    ${
      place === 'channel' &&
      !message.visibleTo &&
      html`<button type="button" class="btn message-reply" data-thread="${message.threadTs ?? message.ts}">
        Reply in thread
      </button>`
    }
  </article>`;
}

/** A short plain line about a message, for screen readers. */
export function messageSummary(message: StoredMessage, slack: SlackStandIn): string {
  const author = namesOf(slack).users.find((user) => user.id === message.user)?.name ?? message.user;
  const text = message.text.replaceAll(/<([^>|]*\|)?([^>]*)>/g, '$2').slice(0, 200);
  return `${author}: ${text || 'a message'}`;
}

export function avatarHtml(name: string, isApp: boolean): Html {
  if (isApp) {
    return html`<span class="avatar avatar-app" aria-hidden="true"
      ><svg
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        stroke-width="2.2"
        stroke-linecap="round"
        stroke-linejoin="round"
      >
        <path d="M3 12h4l2.5-6 4.5 13 2.5-7H21" /></svg
    ></span>`;
  }
  const hue = Array.from(name, (character) => character.codePointAt(0) ?? 0).reduce((a, b) => a + b, 0) % 5;
  return html`<span class="avatar avatar-${hue}" aria-hidden="true">${name.slice(0, 1).toUpperCase()}</span>`;
}

function contentHtml(message: StoredMessage, names: Names): Html {
  if (message.blocks?.length) return blocksHtml(message.blocks, { names });
  if (!message.text) return html``;
  return libraryHtml([{ type: 'section', text: { type: 'mrkdwn', text: message.text } }], names);
}

function reactionsHtml(message: StoredMessage, names: Names): Html {
  return html`<div class="reactions">
    ${message.reactions?.map(({ name, users }) => {
      const emoji = libraryHtml([{ type: 'section', text: { type: 'mrkdwn', text: `:${name}:` } }], names);
      return html`<span class="reaction" title="${name}">${emoji} ${users.length}</span>`;
    })}
  </div>`;
}

function threadBarHtml(message: StoredMessage, { workspace }: SlackStandIn): Html {
  const replies = workspace.replies(message.ts);
  const last = replies.at(-1);
  if (!last) return html``;
  const at = clock(new Date(Number(last.ts) * 1000));
  const count = `${replies.length} ${replies.length === 1 ? 'reply' : 'replies'}`;
  return html`<button type="button" class="thread-bar" data-thread="${message.ts}">
    <strong>${count}</strong> <span>Last reply at ${at}</span>
  </button>`;
}

function fileHtml(file: StoredFile | undefined): Html {
  if (!file) return html``;
  const size = file.size < 1024 ? `${file.size} bytes` : `${(file.size / 1024).toFixed(1)} kB`;
  return html`<button type="button" class="file" data-file="${file.id}">
    <svg
      aria-hidden="true"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linejoin="round"
    >
      <path d="M6 3h8l4 4v14H6z M14 3v4h4 M9 12h6 M9 16h6" />
    </svg>
    <span><strong>${file.title}</strong><small>${file.name} · ${size}</small></span>
  </button>`;
}

/** As the dates within messages stand beside it. */
function clock(at: Date): string {
  return at.toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit' });
}
