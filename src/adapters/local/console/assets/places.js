import { arrange } from './messages.js';
import { $, toBottom } from './page.js';
import { attempt, get, me, post } from './server.js';

/** The thread that stands open, by the ts of its parent; undefined when none does. */
export const openThread = () => $('thread').dataset.ts;

export async function showThread(ts) {
  const fresh = openThread() !== ts;
  $('thread').dataset.ts = ts;
  $('thread-messages').innerHTML = await get('thread', { ts });
  arrange($('thread-messages'));
  $('thread').hidden = false;
  document.body.classList.add('with-thread');
  if (fresh) {
    // As in Slack: the latest replies first, and new ones come into view.
    toBottom($('thread-scroll'));
    $('reply-text').focus({ preventScroll: true });
  }
  keepAddress();
}

export function closeThread() {
  const ts = openThread();
  delete $('thread').dataset.ts;
  $('thread').hidden = true;
  document.body.classList.remove('with-thread');
  keepAddress();
  if (ts) document.querySelector(`#channel-messages [data-thread="${CSS.escape(ts)}"]`)?.focus();
}

export function showTab(tab) {
  $('tab-channel').hidden = tab !== 'channel';
  $('tab-home').hidden = tab !== 'home';
  for (const title of document.querySelectorAll('[data-title]')) title.hidden = title.dataset.title !== tab;
  for (const item of document.querySelectorAll('.nav-item')) {
    if (item.dataset.tab === tab) item.setAttribute('aria-current', 'page');
    else item.removeAttribute('aria-current');
  }
  keepAddress();
  if (tab === 'home') void attempt(() => post('open-home', {}));
}

/** Opens what the address names, so that a reload shows the same. */
export function showAddress() {
  const address = new URLSearchParams(location.search);
  if (address.get('thread')) void attempt(() => showThread(address.get('thread')));
  if (address.get('tab') === 'home') showTab('home');
}

function keepAddress() {
  const query = new URLSearchParams({ as: me() });
  if (openThread()) query.set('thread', openThread());
  if (!$('tab-home').hidden) query.set('tab', 'home');
  history.replaceState(null, '', `${location.pathname}?${query}`);
}
