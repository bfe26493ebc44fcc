import { collect, restore } from './fields.js';
import { $ } from './page.js';

/** Puts a message where its time belongs, or in place of what it was. True when it was not there before. */
export function place(list, ts, markup) {
  const existing = list.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
  if (markup === null) {
    existing?.remove();
    return false;
  }
  const article = parse(markup);
  if (existing) {
    const focused = existing.contains(document.activeElement) ? document.activeElement : null;
    const entered = collect(existing);
    existing.replaceWith(article);
    restore(article, entered);
    if (focused) refocus(article, focused);
    return false;
  }
  const next = [...list.querySelectorAll('.message')].find((other) => other.dataset.ts > ts);
  if (next) next.before(article);
  else list.append(article);
  return true;
}

/** Adds the days, and follows Slack: soon after another of the same author no second name and picture. */
export function arrange(list) {
  for (const divider of list.querySelectorAll('.day')) divider.remove();
  let previous = null;
  for (const article of list.querySelectorAll('.message')) {
    const newDay = previous === null || dayOf(previous) !== dayOf(article);
    article.classList.toggle('message-follows', !newDay && follows(previous, article));
    if (newDay) article.before(divider(dayOf(article)));
    previous = article;
  }
  if (list.id === 'channel-messages') $('channel-empty').hidden = previous !== null;
}

function follows(previous, article) {
  return (
    previous.dataset.user === article.dataset.user &&
    previous.dataset.private === article.dataset.private &&
    Number(article.dataset.ts) - Number(previous.dataset.ts) < 300
  );
}

const dayOf = (article) => new Date(Number(article.dataset.ts) * 1000).toDateString();

function divider(day) {
  const line = document.createElement('div');
  line.className = 'day';
  line.append(Object.assign(document.createElement('span'), { textContent: dayLabel(day) }));
  return line;
}

function dayLabel(day) {
  const today = new Date();
  if (day === today.toDateString()) return 'Today';
  if (day === new Date(today.getTime() - 86_400_000).toDateString()) return 'Yesterday';
  return new Date(day).toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
}

function parse(markup) {
  const template = document.createElement('template');
  template.innerHTML = markup;
  return template.content.firstElementChild;
}

function refocus(article, { dataset: { action, block, thread } }) {
  const same = [...article.querySelectorAll('button, select, input, textarea, a')].find(
    ({ dataset }) => dataset.action === action && dataset.block === block && dataset.thread === thread,
  );
  (same ?? article.querySelector('button'))?.focus();
}
