// The console's browser side. Markup comes from the server; this script places it, and tells the server what
// was pressed. It is plain JavaScript without dependencies, so that the page works offline and unbuilt.
'use strict';

(() => {
  const THEME_KEY = 'sitrep-theme';
  const root = document.documentElement;

  // Runs before the body is drawn, so that the page does not flash in the wrong theme.
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  const applyTheme = () => {
    root.dataset.theme = localStorage.getItem(THEME_KEY) ?? (system.matches ? 'dark' : 'light');
  };
  applyTheme();
  system.addEventListener('change', applyTheme);

  document.addEventListener('DOMContentLoaded', () => {
    const $ = (id) => document.getElementById(id);
    const me = document.body.dataset.as;
    const token = document.querySelector('meta[name="console-token"]').content;
    let openThread = null;

    // ---- talking to the server ----
    const get = async (path, params = {}) => {
      const query = new URLSearchParams({ as: me, ...params });
      const response = await fetch(`/console/${path}?${query}`);
      if (!response.ok) throw new Error(`The console answered ${response.status}.`);
      return response.text();
    };
    const post = async (action, body) => {
      const response = await fetch(`/console/${action}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-console-token': token },
        body: JSON.stringify({ as: me, ...body }),
      });
      const answer = await response.json().catch(() => ({}));
      if (!response.ok) throw new Error(answer.error ?? `The console answered ${response.status}.`);
      return answer;
    };
    const attempt = async (work) => {
      try {
        return await work();
      } catch (error) {
        toast(error.message);
        return undefined;
      }
    };
    const toast = (text) => {
      const item = document.createElement('p');
      item.textContent = text;
      $('toasts').append(item);
      setTimeout(() => item.remove(), 7000);
    };
    const announce = (text) => {
      $('announce').textContent = text;
    };

    // ---- messages ----
    const atBottom = (scroll) => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
    const toBottom = (scroll) => {
      scroll.scrollTop = scroll.scrollHeight;
    };
    const dayOf = (article) => new Date(Number(article.dataset.ts) * 1000).toDateString();
    const dayLabel = (day) => {
      const today = new Date();
      if (day === today.toDateString()) return 'Today';
      if (day === new Date(today.getTime() - 86_400_000).toDateString()) return 'Yesterday';
      return new Date(day).toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
    };
    // Follows Slack: a message soon after another of the same author needs no second name and picture.
    const arrange = (list) => {
      for (const divider of list.querySelectorAll('.day')) divider.remove();
      let previous = null;
      for (const article of list.querySelectorAll('.message')) {
        const newDay = previous === null || dayOf(previous) !== dayOf(article);
        const follows =
          !newDay &&
          previous.dataset.user === article.dataset.user &&
          previous.dataset.private === article.dataset.private &&
          Number(article.dataset.ts) - Number(previous.dataset.ts) < 300;
        article.classList.toggle('message-follows', follows);
        if (newDay) {
          const divider = document.createElement('div');
          divider.className = 'day';
          divider.append(
            Object.assign(document.createElement('span'), { textContent: dayLabel(dayOf(article)) }),
          );
          article.before(divider);
        }
        previous = article;
      }
      if (list.id === 'channel-messages') $('channel-empty').hidden = previous !== null;
    };
    const parse = (markup) => {
      const template = document.createElement('template');
      template.innerHTML = markup;
      return template.content.firstElementChild;
    };
    // Returns true when the message was not there before.
    const place = (list, ts, markup) => {
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
    };
    const refocus = (article, old) => {
      const { action, block, thread } = old.dataset;
      const same = [...article.querySelectorAll('button, select, input, textarea, a')].find(
        (element) =>
          element.dataset.action === action &&
          element.dataset.block === block &&
          element.dataset.thread === thread,
      );
      (same ?? article.querySelector('button'))?.focus();
    };

    const showThread = async (ts) => {
      const fresh = openThread !== ts;
      openThread = ts;
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
    };
    const closeThread = () => {
      const opener =
        openThread && document.querySelector(`#channel-messages [data-thread="${CSS.escape(openThread)}"]`);
      openThread = null;
      $('thread').hidden = true;
      document.body.classList.remove('with-thread');
      keepAddress();
      opener?.focus();
    };
    const keepAddress = () => {
      const query = new URLSearchParams({ as: me });
      if (openThread) query.set('thread', openThread);
      if (!$('tab-home').hidden) query.set('tab', 'home');
      history.replaceState(null, '', `${location.pathname}?${query}`);
    };

    // ---- tabs ----
    const showTab = (tab) => {
      $('tab-channel').hidden = tab !== 'channel';
      $('tab-home').hidden = tab !== 'home';
      $('channel-title').textContent = tab === 'home' ? 'App Home' : $('channel-title').dataset.channel;
      document.querySelector('.bar-sub').hidden = tab === 'home';
      for (const item of document.querySelectorAll('.nav-item')) {
        if (item.dataset.tab === tab) item.setAttribute('aria-current', 'page');
        else item.removeAttribute('aria-current');
      }
      keepAddress();
      if (tab === 'home') void attempt(() => post('open-home', {}));
    };

    // ---- what is entered in a message or view ----
    const fieldsOf = (container) => [...container.querySelectorAll('[data-field]')];
    const valuesOf = (field) => {
      if (field.type === 'checkbox' || field.type === 'radio') return field.checked ? [field.value] : [];
      return field.value === '' ? [] : [field.value];
    };
    const collect = (container) => {
      const entered = {};
      for (const field of fieldsOf(container)) {
        const { block, action } = field.dataset;
        entered[block] ??= {};
        entered[block][action] = [...(entered[block][action] ?? []), ...valuesOf(field)];
      }
      return entered;
    };
    const restore = (container, entered) => {
      for (const field of fieldsOf(container)) {
        const values = entered[field.dataset.block]?.[field.dataset.action];
        if (!values) continue;
        if (field.type === 'checkbox' || field.type === 'radio') field.checked = values.includes(field.value);
        else if (values.length > 0 || field.tagName === 'SELECT') field.value = values[0] ?? '';
      }
    };
    const chosenOf = (element, container) => {
      if (element.dataset.chosen !== undefined) return [element.dataset.chosen];
      if (!element.hasAttribute('data-field')) return [];
      return collect(container)[element.dataset.block]?.[element.dataset.action] ?? [];
    };

    // ---- pressing ----
    const confirmed = (element) => {
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
    };
    const press = async (element) => {
      const container = element.closest('[data-container]');
      const before = collect(container);
      if (!(await confirmed(element))) {
        if (element.tagName === 'SELECT') element.value = element.querySelector('[selected]')?.value ?? '';
        return;
      }
      const isButton = element.tagName === 'BUTTON';
      if (isButton) element.setAttribute('aria-busy', 'true');
      await attempt(() =>
        post('press', {
          container: container.dataset.container,
          id: container.dataset.id,
          block: element.dataset.block,
          action: element.dataset.action,
          chosen: chosenOf(element, container),
          entered: before,
        }),
      );
      element.removeAttribute('aria-busy');
      element.closest('details.menu')?.removeAttribute('open');
    };

    document.addEventListener('click', (event) => {
      const target = event.target.closest('button, a, summary');
      if (!target) return;
      const { dataset } = target;
      if (dataset.action !== undefined) return void press(target);
      if (dataset.thread !== undefined) return void attempt(() => showThread(dataset.thread));
      if (dataset.tab !== undefined) return showTab(dataset.tab);
      if (dataset.file !== undefined) return void attempt(() => showFile(dataset.file));
      if (dataset.closeView !== undefined) return closeModal(dataset.closeView === 'all');
      if (dataset.closeDialog !== undefined) return target.closest('dialog').close();
      if (dataset.break !== undefined || target.id === 'break') return void breakShop();
      if (target.id === 'thread-close') return closeThread();
      if (target.id === 'theme') {
        localStorage.setItem(THEME_KEY, root.dataset.theme === 'dark' ? 'light' : 'dark');
        applyTheme();
      }
    });
    // A menu closes when one clicks elsewhere.
    document.addEventListener('click', (event) => {
      for (const menu of document.querySelectorAll('details.menu[open], details.multi[open]')) {
        if (!menu.contains(event.target)) menu.removeAttribute('open');
      }
    });
    document.addEventListener('change', (event) => {
      const field = event.target;
      if (field.name === 'as') {
        location.search = new URLSearchParams({
          ...Object.fromEntries(new URLSearchParams(location.search)),
          as: field.value,
        });
        return;
      }
      const multi = field.closest('details.multi');
      if (multi) {
        const count = multi.querySelectorAll(':checked').length;
        const summary = multi.querySelector('summary');
        summary.textContent = count > 0 ? `${count} chosen` : summary.dataset.placeholder;
      }
      if (field.dataset.live !== undefined) void press(field);
    });

    // ---- modal ----
    const modal = $('modal');
    const showModal = (markup) => {
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
    };
    const closeModal = (all) => {
      const view = modal.querySelector('form')?.dataset.id;
      if (view) void attempt(() => post('close', { view, all }));
    };
    modal.addEventListener('cancel', (event) => {
      event.preventDefault();
      closeModal(false);
    });
    modal.addEventListener('submit', async (event) => {
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
    const showErrors = (form, answer) => {
      const errors = answer?.errors ?? {};
      for (const block of form.querySelectorAll('[data-input-block]')) {
        const message = errors[block.dataset.inputBlock];
        const slot = block.querySelector('.field-error');
        slot.textContent = message ?? '';
        slot.hidden = message === undefined;
        block.classList.toggle('bk-input-wrong', message !== undefined);
        for (const field of fieldsOf(block)) field.toggleAttribute('aria-invalid', message !== undefined);
      }
      const slot = form.querySelector('.form-error');
      slot.hidden = answer?.result !== 'failed';
      slot.textContent = answer?.message ?? '';
      form.querySelector('.bk-input-wrong :is(input, textarea, select, summary)')?.focus();
    };

    // ---- files, shop ----
    const showFile = async (id) => {
      $('file').innerHTML = await get(`file/${encodeURIComponent(id)}`);
      $('file').showModal();
    };
    const breakShop = async () => {
      for (const button of document.querySelectorAll('#break, [data-break]')) button.disabled = true;
      const done = await attempt(() => post('break', {}));
      if (!done)
        for (const button of document.querySelectorAll('#break, [data-break]')) button.disabled = false;
    };
    let lastSummary = '';
    const showShop = ({ html, broken, summary }) => {
      $('services').innerHTML = html;
      for (const button of document.querySelectorAll('#break, [data-break]')) {
        button.disabled = broken;
        button.textContent = broken ? 'The shop is broken' : 'Break the shop';
      }
      if (lastSummary && lastSummary !== summary) announce(summary);
      lastSummary = summary;
    };

    // ---- composing ----
    const fit = (area) => {
      area.style.height = 'auto';
      area.style.height = `${Math.min(area.scrollHeight, 160)}px`;
    };
    const composer = (form, area, thread) => {
      const send = async () => {
        const text = area.value.trim();
        if (text === '') return;
        const done = await attempt(() => post('say', { text, thread: thread() }));
        if (!done) return;
        area.value = '';
        fit(area);
        area.focus();
      };
      form.addEventListener('submit', (event) => {
        event.preventDefault();
        void send();
      });
      area.addEventListener('input', () => fit(area));
      area.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        void send();
      });
    };
    composer($('composer'), $('composer-text'), () => null);
    composer($('reply'), $('reply-text'), () => openThread);
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && openThread && !document.querySelector('dialog[open]')) closeThread();
    });

    // ---- live ----
    const onMessage = ({ place: where, threadTs, ts, html, summary }) => {
      const inThread = where === 'thread';
      if (inThread && threadTs !== openThread) return;
      const list = inThread ? $('thread-messages') : $('channel-messages');
      const scroll = inThread ? $('thread-scroll') : $('channel-scroll');
      const stick = atBottom(scroll);
      const isNew = place(list, ts, html);
      arrange(list);
      if (stick && isNew) toBottom(scroll);
      if (isNew) announce(summary);
    };
    const refresh = async () => {
      const stick = atBottom($('channel-scroll'));
      $('channel-messages').innerHTML = await get('channel');
      arrange($('channel-messages'));
      if (stick) toBottom($('channel-scroll'));
      if (openThread) await showThread(openThread);
      $('home-content').innerHTML = await get('home');
      showModal(await get('modal'));
    };
    let lost = false;
    const connect = () => {
      const live = new EventSource(`/console/live?as=${encodeURIComponent(me)}`);
      const on = (name, handle) => live.addEventListener(name, (event) => handle(JSON.parse(event.data)));
      on('hello', () => {
        $('offline').hidden = true;
        // A process that was started anew has another token, which only a new page carries.
        if (lost) location.reload();
        else void attempt(refresh);
      });
      on('message', onMessage);
      on('modal', ({ html }) => showModal(html));
      on('home', ({ html }) => {
        $('home-content').innerHTML = html;
      });
      on('shop', showShop);
      live.addEventListener('error', () => {
        lost = true;
        $('offline').hidden = false;
        // The browser reconnects on its own unless it was answered with an error.
        if (live.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
      });
    };

    $('channel-title').dataset.channel = $('channel-title').textContent;
    const address = new URLSearchParams(location.search);
    arrange($('channel-messages'));
    toBottom($('channel-scroll'));
    if (address.get('thread')) void attempt(() => showThread(address.get('thread')));
    if (address.get('tab') === 'home') showTab('home');
    connect();
  });
})();
