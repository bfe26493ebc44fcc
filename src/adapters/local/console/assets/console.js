// The console's browser side. Markup comes from the server; these modules place it, and tell the server what
// was pressed. They are plain JavaScript without dependencies, so that the page works offline and unbuilt.
import { listenToComposer } from './composer.js';
import { connect } from './live.js';
import { arrange } from './messages.js';
import { closeModal, listenToModal } from './modal.js';
import { $, toBottom } from './page.js';
import { closeThread, openThread, showAddress, showTab, showThread } from './places.js';
import { press } from './press.js';
import { attempt, get } from './server.js';
import { breakShop } from './shop.js';

document.addEventListener('click', (event) => {
  closeMenus(event.target);
  const target = event.target.closest('button, a');
  if (!target) return;
  const { dataset } = target;
  if (dataset.action !== undefined) void press(target);
  else if (dataset.thread !== undefined) {
    // A permalink in a message is a link for those who open it in a new tab.
    if (target.tagName === 'A') event.preventDefault();
    void attempt(() => showThread(dataset.thread));
  } else if (dataset.tab !== undefined) showTab(dataset.tab);
  else if (dataset.file !== undefined) void attempt(() => showFile(dataset.file));
  else if (dataset.closeView !== undefined) closeModal(dataset.closeView === 'all');
  else if (dataset.closeDialog !== undefined) target.closest('dialog').close();
  else if (dataset.break !== undefined) void breakShop();
  else if (target.id === 'thread-close') closeThread();
});

document.addEventListener('change', ({ target }) => {
  if (target.name === 'as') {
    const query = new URLSearchParams(location.search);
    query.set('as', target.value);
    location.search = query;
    return;
  }
  const multi = target.closest('details.multi');
  if (multi) countChosen(multi);
  if (target.dataset.live !== undefined) void press(target);
});

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && openThread() && !document.querySelector('dialog[open]')) closeThread();
});

function closeMenus(clicked) {
  for (const menu of document.querySelectorAll('details.menu[open], details.multi[open]')) {
    if (!menu.contains(clicked)) menu.removeAttribute('open');
  }
}

function countChosen(multi) {
  const count = multi.querySelectorAll(':checked').length;
  const summary = multi.querySelector('summary');
  summary.textContent = count > 0 ? `${count} chosen` : summary.dataset.placeholder;
}

async function showFile(id) {
  $('file').innerHTML = await get(`file/${encodeURIComponent(id)}`);
  $('file').showModal();
}

listenToModal();
listenToComposer($('composer'), $('composer-text'), () => null);
listenToComposer($('reply'), $('reply-text'), () => openThread() ?? null);
arrange($('channel-messages'));
toBottom($('channel-scroll'));
showAddress();
connect();
