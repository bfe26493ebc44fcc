import { rawOfState } from '../slack/element-state.ts';
import type { StoredView } from '../slack/types.ts';
import { blocksHtml, type BlocksContext } from './blocks-html.ts';
import { html, type Html } from './html.ts';
import { textHtml, type Names } from './mrkdwn-html.ts';

/** A modal as the contents of a dialog; nothing when none is open. */
export function modalHtml(view: StoredView | undefined, names: Names): Html {
  if (!view) return html``;
  const { title, close, submit } = view.payload;
  const back = view.previousId !== null;
  return html`<form
    class="modal"
    data-container="view"
    data-id="${view.id}"
    novalidate
    aria-labelledby="modal-title"
  >
    <header>
      ${back && html`<button type="button" class="btn btn-icon" data-close-view aria-label="Back">←</button>`}
      <h2 id="modal-title">${textHtml(title, names)}</h2>
      <button type="button" class="btn btn-icon" data-close-view="all" aria-label="Close">✕</button>
    </header>
    <div class="modal-blocks">${blocksHtml(view.blocks, enteredIn(view, names))}</div>
    <p class="form-error" role="alert" hidden></p>
    <footer>
      <button type="button" class="btn" data-close-view>
        ${close ? textHtml(close, names) : back ? 'Back' : 'Cancel'}
      </button>
      ${submit !== undefined && html`<button type="submit" class="btn btn-primary">${textHtml(submit, names)}</button>`}
    </footer>
  </form>`;
}

/** App Home, or what to expect of it while the app has published nothing. */
export function homeHtml(view: StoredView | undefined, names: Names): Html {
  if (!view) {
    return html`<div class="empty">
      <p class="empty-title">Nothing here yet</p>
      <p>Sitrep shows here what awaits you.</p>
    </div>`;
  }
  return html`<div class="home-blocks" data-container="view" data-id="${view.id}">
    ${blocksHtml(view.blocks, enteredIn(view, names))}
  </div>`;
}

function enteredIn(view: StoredView, names: Names): BlocksContext {
  return {
    names,
    entered(blockId, actionId) {
      const state = view.values[blockId]?.[actionId];
      return state && rawOfState(state);
    },
  };
}
