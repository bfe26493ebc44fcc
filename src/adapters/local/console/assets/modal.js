import { collect, fieldsOf, restore } from './fields.js';
import { $ } from './page.js';
import { attempt, post } from './server.js';

/** Shows the topmost view, or closes the dialog when there is none; what was typed meanwhile stays. */
export function showModal(markup) {
  const modal = $('modal');
  const open = modal.querySelector('form');
  const entered = open && collect(open);
  const id = open?.dataset.id;
  modal.innerHTML = markup;
  const form = modal.querySelector('form');
  if (!form) {
    if (modal.open) modal.close();
    return;
  }
  if (form.dataset.id === id) restore(form, entered);
  if (!modal.open) modal.showModal();
  if (form.dataset.id !== id)
    form.querySelector('.modal-blocks :is(input, textarea, select, button)')?.focus();
}

/** Asks the server to close the view, or all views of the stack. */
export function closeModal(all) {
  const view = $('modal').querySelector('form')?.dataset.id;
  if (view) void attempt(() => post('close', { view, all }));
}

export function listenToModal() {
  $('modal').addEventListener('cancel', (event) => {
    event.preventDefault();
    closeModal(false);
  });
  $('modal').addEventListener('submit', async (event) => {
    event.preventDefault();
    const form = event.target;
    const submit = form.querySelector('[type="submit"]');
    if (!submit) return;
    submit.setAttribute('aria-busy', 'true');
    submit.disabled = true;
    const answer = await attempt(() => post('submit', { view: form.dataset.id, entered: collect(form) }));
    submit.disabled = false;
    submit.removeAttribute('aria-busy');
    showErrors(form, answer);
  });
}

function showErrors(form, answer) {
  const errors = answer?.errors ?? {};
  for (const block of form.querySelectorAll('[data-input-block]')) {
    const message = errors[block.dataset.inputBlock];
    const slot = block.querySelector('.field-error');
    slot.textContent = message ?? '';
    slot.hidden = message === undefined;
    block.classList.toggle('bk-input-wrong', message !== undefined);
    for (const field of fieldsOf(block)) field.setAttribute('aria-invalid', String(message !== undefined));
  }
  const slot = form.querySelector('.form-error');
  slot.hidden = answer?.result !== 'failed';
  slot.textContent = answer?.message ?? '';
  form.querySelector('.bk-input-wrong :is(input, textarea, select, summary)')?.focus();
}
