// Not a module, so that it runs before the body is drawn and the page does not flash in the wrong theme.
'use strict';

(() => {
  const KEY = 'sitrep-theme';
  const root = document.documentElement;
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    root.dataset.theme = localStorage.getItem(KEY) ?? (system.matches ? 'dark' : 'light');
  };
  apply();
  system.addEventListener('change', apply);
  document.addEventListener('click', (event) => {
    if (!event.target.closest('#theme')) return;
    localStorage.setItem(KEY, root.dataset.theme === 'dark' ? 'light' : 'dark');
    apply();
  });
})();
