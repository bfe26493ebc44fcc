import { chosenOf, collect } from './fields.js';
import { $ } from './page.js';
import { attempt, post } from './server.js';

/** Tells the server that an element was used, after asking where the app wants to be sure. */
export async function press(element) {
  const container = element.closest('[data-container]');
  const entered = collect(container);
  if (!(await confirmed(element))) {
    if (element.tagName === 'SELECT') element.value = element.querySelector('[selected]')?.value ?? '';
    return;
  }
  if (element.tagName === 'BUTTON') element.setAttribute('aria-busy', 'true');
  await attempt(() =>
    post('press', {
      container: container.dataset.container,
      id: container.dataset.id,
      block: element.dataset.block,
      action: element.dataset.action,
      chosen: chosenOf(element, container),
      entered,
    }),
  );
  element.removeAttribute('aria-busy');
  element.closest('details.menu')?.removeAttribute('open');
}

function confirmed(element) {
  if (!element.dataset.confirm) return Promise.resolve(true);
  const { title, text, confirm, deny, danger } = JSON.parse(element.dataset.confirm);
  const dialog = $('confirm');
  $('confirm-title').textContent = title;
  // Rendered and escaped by the server.
  $('confirm-text').innerHTML = text;
  $('confirm-yes').textContent = confirm;
  $('confirm-no').textContent = deny;
  $('confirm-yes').className = `btn ${danger ? 'btn-danger' : 'btn-primary'}`;
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}
