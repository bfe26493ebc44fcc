import type { SlackStandIn } from '../slack/stand-in.ts';
import type { Person, StoredMessage } from '../slack/types.ts';
import { html, trusted, type Html } from './html.ts';
import { avatarHtml, messageHtml, namesOf } from './messages-html.ts';
import type { ShopUpdate } from './shop-monitor.ts';
import { homeHtml } from './view-html.ts';

export interface PageState {
  slack: SlackStandIn;
  person: Person;
  token: string;
  hasShop: boolean;
  shop: ShopUpdate | undefined;
}

/** The whole console. The script keeps it up to date afterwards; the address holds who one acts as. */
export function pageHtml(state: PageState): Html {
  const { slack, person, token } = state;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="console-token" content="${token}" />
        <title>#${slack.channel.name} · Sitrep</title>
        <link rel="icon" href="/console/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/console/blocks.css" />
        <link rel="stylesheet" href="/console/console.css" />
        <script src="/console/theme.js"></script>
        <script type="module" src="/console/console.js"></script>
      </head>
      <body data-as="${person.id}">
        <a class="skip" href="#composer-text">Skip to the message field</a>
        <div class="layout">
          ${sidebarHtml(state)}
          <main class="channel" aria-labelledby="channel-title">
            <header class="bar">
              <h1 id="channel-title">
                <span data-title="channel"># ${slack.channel.name}</span>
                <span data-title="home" hidden>App Home</span>
              </h1>
              <span class="bar-sub" data-title="channel">What is going on, and what to do about it</span>
              <button
                type="button"
                class="btn btn-icon"
                id="theme"
                aria-label="Switch between light and dark"
                title="Light or dark"
              >
                ◐
              </button>
            </header>
            <section id="tab-channel" class="tab">
              <div
                class="scroll"
                id="channel-scroll"
                tabindex="0"
                role="log"
                aria-live="off"
                aria-label="Messages in ${slack.channel.name}"
              >
                <div class="spacer"></div>
                <div id="channel-empty" class="empty" hidden>${emptyHtml(state.hasShop)}</div>
                <div id="channel-messages" class="messages">${channelHtml(slack, person.id)}</div>
              </div>
              ${composerHtml('composer', `Message #${slack.channel.name}, or /sitrep help`)}
            </section>
            <section id="tab-home" class="tab" hidden aria-label="App Home">
              <div class="scroll scroll-home" id="home-content" tabindex="0">
                ${homeHtml(slack.workspace.home(person.id), namesOf(slack))}
              </div>
            </section>
          </main>
          <aside class="thread" id="thread" aria-labelledby="thread-title" hidden>
            <header class="bar">
              <h2 id="thread-title">Thread</h2>
              <button type="button" class="btn btn-icon" id="thread-close" aria-label="Close the thread">
                ✕
              </button>
            </header>
            <div
              class="scroll"
              id="thread-scroll"
              tabindex="0"
              role="log"
              aria-live="off"
              aria-label="Messages in the thread"
            >
              <div id="thread-messages" class="messages"></div>
            </div>
            ${composerHtml('reply', 'Reply…')}
          </aside>
        </div>
        <dialog id="modal" class="dialog"></dialog>
        <dialog id="confirm" class="dialog dialog-small" aria-labelledby="confirm-title">
          <form method="dialog">
            <h2 id="confirm-title"></h2>
            <div id="confirm-text"></div>
            <footer>
              <button type="submit" class="btn" value="no" id="confirm-no"></button>
              <button type="submit" class="btn btn-primary" value="yes" id="confirm-yes"></button>
            </footer>
          </form>
        </dialog>
        <dialog id="file" class="dialog dialog-wide" aria-label="File"></dialog>
        <p id="offline" class="offline" role="status" hidden>Sitrep does not answer. Trying again…</p>
        <div id="toasts" class="toasts" role="alert"></div>
        <p id="announce" class="visually-hidden" aria-live="polite"></p>
      </body>
    </html>`;
}

/** A page of more than this many messages serves nobody; older ones stay in the bot's own record. */
const MOST_MESSAGES = 200;

/** The latest messages of the channel that the person may see, without those in threads. */
export function channelHtml(slack: SlackStandIn, userId: string): Html {
  const roots = slack.workspace.messages(userId).filter(inChannel).slice(-MOST_MESSAGES);
  return html`${roots.map((message) => messageHtml(message, 'channel', slack))}`;
}

/** The parent and its replies, with those that only this person sees. */
export function threadHtml(slack: SlackStandIn, userId: string, threadTs: string): Html {
  const inThread = slack.workspace
    .messages(userId)
    .filter((message) => message.ts === threadTs || message.threadTs === threadTs);
  return html`${inThread.map((message) => messageHtml(message, 'thread', slack))}`;
}

/** Whether the channel itself shows the message. */
export function inChannel(message: StoredMessage): boolean {
  return message.threadTs === undefined || message.replyBroadcast === true;
}

function sidebarHtml({ slack, person, hasShop, shop }: PageState): Html {
  return html`<nav class="sidebar" aria-label="Sitrep">
    <div class="brand">
      ${avatarHtml('Sitrep', true)}
      <div><strong>Sitrep</strong><small>Local console</small></div>
    </div>
    <div class="nav" role="group" aria-label="Places">
      <button type="button" class="nav-item" data-tab="channel" aria-current="page">
        <span aria-hidden="true">#</span> ${slack.channel.name}
      </button>
      <button type="button" class="nav-item" data-tab="home">
        <span aria-hidden="true">⌂</span> App Home
      </button>
    </div>
    <fieldset class="people">
      <legend>Act as</legend>
      ${slack.people.map(
        (candidate) =>
          html`<label class="person">
            <input
              type="radio"
              name="as"
              value="${candidate.id}"
              ${candidate.id === person.id ? html`checked` : ''}
            />
            ${avatarHtml(candidate.name, false)}
            <span><strong>${candidate.name}</strong><small>${candidate.role}</small></span>
          </label>`,
      )}
    </fieldset>
    ${hasShop && shopHtml(shop)}
  </nav>`;
}

function shopHtml(shop: ShopUpdate | undefined): Html {
  const services = shop ? trusted(shop.html) : html`<li class="service">Looking at the services…</li>`;
  return html`<section class="shop" aria-labelledby="shop-title">
    <h2 id="shop-title">Demo shop</h2>
    <ul id="services" class="services">
      ${services}
    </ul>
    <button type="button" class="btn btn-break" data-break ${shop?.broken ? html`disabled` : ''}>
      Break the shop
    </button>
  </section>`;
}

function emptyHtml(hasShop: boolean): Html {
  return html`<svg
      aria-hidden="true"
      viewBox="0 0 64 32"
      fill="none"
      stroke="currentColor"
      stroke-width="2.5"
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      <path d="M2 18h14l5-10 9 18 6-12 3 4h23" />
    </svg>
    <p class="empty-title">Nothing is wrong.</p>
    ${
      hasShop
        ? html`<p>Break the shop to see what Sitrep does.</p>
            <button type="button" class="btn btn-primary" data-break>Break the shop</button>`
        : html`<p>When an alert comes in, Sitrep opens a thread here.</p>`
    }`;
}

function composerHtml(id: string, placeholder: string): Html {
  return html`<form class="composer" id="${id}">
    <textarea
      id="${id}-text"
      rows="1"
      placeholder="${placeholder}"
      aria-label="${placeholder}"
      autocomplete="off"
    ></textarea>
    <button type="submit" class="btn btn-primary" aria-label="Send">Send</button>
  </form>`;
}
