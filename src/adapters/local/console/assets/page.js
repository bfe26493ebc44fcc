// Small things that all parts of the page use.

export const $ = (id) => document.getElementById(id);

/** Shows a short notice for seven seconds. */
export function toast(text) {
  const item = document.createElement('p');
  item.textContent = text;
  $('toasts').append(item);
  setTimeout(() => item.remove(), 7000);
}

/** Says something to screen readers. */
export function announce(text) {
  $('announce').textContent = text;
}

export const atBottom = (scroll) => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;

export function toBottom(scroll) {
  scroll.scrollTop = scroll.scrollHeight;
}
