import { isJsonObject, type Block, type JsonObject } from '../slack/types.ts';
import { controlHtml, type ControlContext } from './controls-html.ts';
import { html, type Html } from './html.ts';
import { libraryHtml, textHtml, type Names } from './mrkdwn-html.ts';

/** What drawing blocks depends on. */
export interface BlocksContext {
  names: Names;
  /** What is entered in an element now; undefined where the initial value counts. */
  entered?: (blockId: string, actionId: string) => string[] | undefined;
}

/**
 * Blocks as markup. What people can use is drawn here, since the library's server-side markup carries neither
 * values nor handlers; everything else is the library's.
 */
export function blocksHtml(blocks: readonly Block[], context: BlocksContext): Html {
  return html`${blocks.map((block) => blockHtml(block, context))}`;
}

function blockHtml(block: Block, context: BlocksContext): Html {
  switch (block.type) {
    case 'actions':
    case 'context_actions':
      return rowHtml(listOf(block['elements']), block, context);
    case 'section':
      return sectionHtml(block, context);
    case 'input':
      return inputHtml(block, context);
    case 'card':
      return cardHtml(block, block, context);
    case 'carousel':
      return html`<div class="bk-carousel" tabindex="0" role="group" aria-label="Cards">
        ${listOf(block['elements']).map((card) => cardHtml(card as Block, block, context))}
      </div>`;
    case 'container':
      return containerHtml(block, context);
    case 'data_table':
      return dataTableHtml(block, context);
    default:
      return libraryHtml([block], context.names);
  }
}

function sectionHtml(block: Block, context: BlocksContext): Html {
  const { accessory, ...rest } = block;
  if (!isJsonObject(accessory) || accessory['type'] === 'image') return libraryHtml([block], context.names);
  return html`<div class="bk-section">
    <div class="bk-section-text">${libraryHtml([rest], context.names)}</div>
    <div class="bk-accessory">${control(accessory, block, context)}</div>
  </div>`;
}

function inputHtml(block: Block, context: BlocksContext): Html {
  if (!isJsonObject(block['element'])) return html``;
  const id = `label-${block.block_id ?? ''}`;
  const optional = block['optional'] === true && html` <span class="hint">(optional)</span>`;
  const hint =
    block['hint'] !== undefined && html`<p class="hint">${textHtml(block['hint'], context.names)}</p>`;
  const live = block['dispatch_action'] === true;
  return html`<div class="bk-input" data-input-block="${block.block_id}">
    <div class="bk-label" id="${id}">${textHtml(block['label'], context.names)}${optional}</div>
    ${control(block['element'], block, context, { live, labelledBy: id })}
    <p class="field-error" role="alert" hidden></p>
    ${hint}
  </div>`;
}

function cardHtml(card: Block, block: Block, context: BlocksContext): Html {
  const { actions, ...rest } = card;
  return html`<div class="bk-card">
    ${libraryHtml([rest], context.names)} ${actions !== undefined && rowHtml(listOf(actions), block, context)}
  </div>`;
}

function containerHtml(block: Block, context: BlocksContext): Html {
  const title = isJsonObject(block['rich_text_title'])
    ? libraryHtml([block['rich_text_title'] as Block], context.names)
    : textHtml(block['title'], context.names);
  const subtitle =
    block['subtitle'] !== undefined &&
    html`<div class="hint">${textHtml(block['subtitle'], context.names)}</div>`;
  const children = blocksHtml(listOf(block['child_blocks']) as Block[], context);
  if (block['is_collapsible'] === true) {
    return html`<details class="bk-container" ${block['default_collapsed'] === true ? '' : html`open`}>
      <summary><strong>${title}</strong>${subtitle}</summary>
      ${children}
    </details>`;
  }
  return html`<div class="bk-container"><strong>${title}</strong>${subtitle}${children}</div>`;
}

function dataTableHtml(block: Block, context: BlocksContext): Html {
  const [head = [], ...rows] = listOf(block['rows'], Array.isArray) as unknown as unknown[][];
  const cell = (value: unknown): Html =>
    isJsonObject(value) && value['type'] === 'rich_text'
      ? libraryHtml([value as Block], context.names)
      : html`${isJsonObject(value) ? String(value['text'] ?? '') : ''}`;
  return html`<table class="bk-table">
    <caption>
      ${String(block['caption'] ?? '')}
    </caption>
    <thead>
      <tr>
        ${head.map((value) => html`<th scope="col">${cell(value)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${row.map((value) => html`<td>${cell(value)}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function rowHtml(elements: readonly JsonObject[], block: Block, context: BlocksContext): Html {
  return html`<div class="bk-actions">${elements.map((element) => control(element, block, context))}</div>`;
}

function control(
  element: JsonObject,
  block: Block,
  context: BlocksContext,
  options: { live: boolean; labelledBy?: string } = { live: true },
): Html {
  const blockId = block.block_id ?? '';
  const entered = context.entered?.(blockId, String(element['action_id']));
  const controlContext: ControlContext = {
    names: context.names,
    blockId,
    ...options,
    ...(entered ? { entered } : {}),
  };
  return controlHtml(element, controlContext);
}

function listOf(value: unknown, accept: (entry: unknown) => boolean = isJsonObject): JsonObject[] {
  return Array.isArray(value) ? value.filter((entry): entry is JsonObject => accept(entry)) : [];
}
