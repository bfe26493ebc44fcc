import type { SlackStandIn } from '../slack/stand-in.ts';
import type { StoredFile } from '../slack/types.ts';
import { html, type Html } from './html.ts';
import { namesOf } from './messages-html.ts';
import { libraryHtml } from './mrkdwn-html.ts';

/** A file as the contents of a dialog: Markdown rendered, other text as it is. */
export function fileViewHtml(file: StoredFile, slack: SlackStandIn): Html {
  return html`<header>
      <h2>${file.title}</h2>
      <a class="btn" href="/console/download/${file.id}" download="${file.name}">Download</a>
      <button type="button" class="btn btn-icon" data-close-dialog aria-label="Close">✕</button>
    </header>
    <div class="file-content" tabindex="0">${contentHtml(file, slack)}</div>`;
}

function contentHtml(file: StoredFile, slack: SlackStandIn): Html {
  const isText = file.mimetype.startsWith('text/') || file.mimetype === 'application/json';
  if (!isText) return html`<p>This kind of file cannot be shown here. Download it instead.</p>`;
  const text = Buffer.from(slack.workspace.fileContent(file.id)).toString('utf8');
  if (file.mimetype !== 'text/markdown') return html`<pre>${text}</pre>`;
  return libraryHtml([{ type: 'markdown', text }], namesOf(slack));
}
