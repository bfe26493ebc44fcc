import { attempt, post } from './server.js';

/** Sends what is written on Enter; `thread` gives the thread to write to, or null for the channel. */
export function listenToComposer(form, area, thread) {
  const fit = () => {
    area.style.height = 'auto';
    area.style.height = `${Math.min(area.scrollHeight, 160)}px`;
  };
  const send = async () => {
    const text = area.value.trim();
    if (text === '') return;
    const done = await attempt(() => post('say', { text, thread: thread() }));
    if (!done) return;
    area.value = '';
    fit();
    area.focus();
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send();
  });
  area.addEventListener('input', fit);
  area.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void send();
  });
}
