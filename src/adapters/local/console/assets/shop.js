import { $, announce } from './page.js';
import { attempt, post } from './server.js';

const buttons = () => document.querySelectorAll('[data-break]');

/** Shows the services' health as the server drew it. */
export function showShop({ html, broken, summary }) {
  const services = $('services');
  services.innerHTML = html;
  for (const button of buttons()) {
    button.disabled = broken;
    button.textContent = broken ? 'The shop is broken' : 'Break the shop';
  }
  const { summary: before } = services.dataset;
  if (before && before !== summary) announce(summary);
  services.dataset.summary = summary;
}

export async function breakShop() {
  for (const button of buttons()) button.disabled = true;
  const done = await attempt(() => post('break', {}));
  if (!done) for (const button of buttons()) button.disabled = false;
}
