import { arrange, place } from './messages.js';
import { showModal } from './modal.js';
import { $, announce, atBottom, toBottom } from './page.js';
import { openThread, showThread } from './places.js';
import { attempt, get, me } from './server.js';
import { showShop } from './shop.js';

/** Keeps the page up to date; `lost` says that the connection broke before. */
export function connect(lost = false) {
  const live = new EventSource(`/console/live?as=${encodeURIComponent(me())}`);
  const on = (name, handle) => live.addEventListener(name, (event) => handle(JSON.parse(event.data)));
  let broken = lost;
  let refreshed = Promise.resolve();
  on('hello', () => {
    $('offline').hidden = true;
    // A process that was started anew has another token, which only a new page carries.
    if (broken) location.reload();
    else refreshed = attempt(refresh);
  });
  // A message that comes while the page is being refreshed would be overwritten by what was fetched before it.
  on('message', (message) => void refreshed.then(() => showMessage(message)));
  on('modal', ({ html }) => showModal(html));
  on('home', ({ html }) => {
    $('home-content').innerHTML = html;
  });
  on('shop', showShop);
  live.addEventListener('error', () => {
    broken = true;
    $('offline').hidden = false;
    // The browser reconnects on its own unless it was answered with an error.
    if (live.readyState === EventSource.CLOSED) setTimeout(() => connect(true), 2000);
  });
}

/** What may have changed between drawing the page and being connected. */
async function refresh() {
  const stick = atBottom($('channel-scroll'));
  $('channel-messages').innerHTML = await get('channel');
  arrange($('channel-messages'));
  if (stick) toBottom($('channel-scroll'));
  if (openThread()) await showThread(openThread());
  $('home-content').innerHTML = await get('home');
  showModal(await get('modal'));
}

function showMessage({ place: where, threadTs, ts, html, summary }) {
  const inThread = where === 'thread';
  if (inThread && threadTs !== openThread()) return;
  const list = inThread ? $('thread-messages') : $('channel-messages');
  const scroll = inThread ? $('thread-scroll') : $('channel-scroll');
  const stick = atBottom(scroll);
  const isNew = place(list, ts, html);
  arrange(list);
  if (stick) toBottom(scroll);
  if (isNew) announce(summary);
  if (isNew) showAnswer(list, ts);
}

/** What only this person sees answers what they have just done, and is of no use below the fold. */
function showAnswer(list, ts) {
  list.querySelector(`.message-private[data-ts="${CSS.escape(ts)}"]`)?.scrollIntoView({ block: 'nearest' });
}
