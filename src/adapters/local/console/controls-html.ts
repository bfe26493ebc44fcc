import { initialRaw, optionsOf } from '../slack/element-state.ts';
import { isJsonObject, type JsonObject } from '../slack/types.ts';
import { html, type Html } from './html.ts';
import { textHtml, type Names } from './mrkdwn-html.ts';

/** What a control needs besides its element. */
export interface ControlContext {
  names: Names;
  blockId: string;
  /** Whether using it is sent to the app at once; inputs of a modal wait for Submit. */
  live: boolean;
  /** What is entered now, when something is; otherwise the element's initial value counts. */
  entered?: string[];
  /** Id of the label that names the control. */
  labelledBy?: string;
}

/** Draws one interactive element of Block Kit with the browser's own controls. */
export function controlHtml(element: JsonObject, context: ControlContext): Html {
  const type = String(element['type']);
  const values = context.entered ?? initialRaw(element);
  switch (type) {
    case 'button':
    case 'icon_button':
      return buttonHtml(element, context);
    case 'workflow_button':
      return html`<button type="button" class="btn" disabled title="Workflows run only in Slack">
        ${textHtml(element['text'], context.names)}
      </button>`;
    case 'feedback_buttons':
      return html`${[element['positive_button'], element['negative_button']]
        .filter(isJsonObject)
        .map(
          (choice) =>
            html`<button
              type="button"
              class="btn"
              ${attributes(element, context)}
              data-chosen="${String(choice['value'])}"
            >
              ${textHtml(choice['text'], context.names)}
            </button>`,
        )}`;
    case 'overflow':
      return overflowHtml(element, context);
    case 'static_select':
    case 'external_select':
    case 'users_select':
    case 'conversations_select':
    case 'channels_select':
      return selectHtml(element, values, context);
    case 'checkboxes':
    case 'radio_buttons':
      return choicesHtml(element, values, context);
    case 'plain_text_input':
    case 'rich_text_input':
      return textInputHtml(element, values, context);
    case 'file_input':
      return html`<p class="hint">Files can be attached only in Slack.</p>`;
    default:
      return type.startsWith('multi_')
        ? multiSelectHtml(element, values, context)
        : nativeInputHtml(element, values, context);
  }
}

function buttonHtml(element: JsonObject, context: ControlContext): Html {
  const style =
    element['style'] === 'primary' || element['style'] === 'danger' ? `btn-${element['style']}` : '';
  const label = element['accessibility_label'];
  const aria = typeof label === 'string' ? html`aria-label="${label}"` : '';
  const url = String(element['url'] ?? '');
  const text = textHtml(element['text'], context.names);
  if (/^https?:/i.test(url)) {
    return html`<a
      class="btn ${style}"
      href="${url}"
      target="_blank"
      rel="noreferrer noopener"
      ${aria}
      ${attributes(element, context)}
      >${text}</a
    >`;
  }
  return html`<button type="button" class="btn ${style}" ${aria} ${attributes(element, context)}>
    ${text}
  </button>`;
}

function overflowHtml(element: JsonObject, context: ControlContext): Html {
  return html`<details class="menu">
    <summary class="btn btn-icon" aria-label="More actions">⋯</summary>
    <div class="menu-items">
      ${optionsOf(element).map(
        (option) =>
          html`<button type="button" ${attributes(element, context)} data-chosen="${String(option['value'])}">
            ${textHtml(option['text'], context.names)}
          </button>`,
      )}
    </div>
  </details>`;
}

function selectHtml(element: JsonObject, values: readonly string[], context: ControlContext): Html {
  const placeholder = textOf(element['placeholder']) || 'Choose an option';
  const groups = [element['option_groups']].flat().filter(isJsonObject);
  const option = ({ value, text }: Choice): Html =>
    html`<option value="${value}" ${values.includes(value) ? html`selected` : ''}>${text}</option>`;
  const body =
    groups.length > 0
      ? groups.map(
          (group) =>
            html`<optgroup label="${textOf(group['label'])}">
              ${choicesOf(group, context).map(option)}
            </optgroup>`,
        )
      : choicesOf(element, context).map(option);
  return html`<select class="field" data-field ${named(placeholder, context)} ${attributes(element, context)}>
    <option value="">${placeholder}</option>
    ${body}
  </select>`;
}

function multiSelectHtml(element: JsonObject, values: readonly string[], context: ControlContext): Html {
  const placeholder = textOf(element['placeholder']) || 'Choose options';
  const count = values.length > 0 ? `${values.length} chosen` : placeholder;
  return html`<details class="multi">
    <summary class="field" ${named(placeholder, context)} data-placeholder="${placeholder}">${count}</summary>
    <div class="multi-items">
      ${choicesOf(element, context).map((choice) => checkHtml('checkbox', choice, values, element, context))}
    </div>
  </details>`;
}

function choicesHtml(element: JsonObject, values: readonly string[], context: ControlContext): Html {
  const kind = element['type'] === 'checkboxes' ? 'checkbox' : 'radio';
  return html`<fieldset class="choices" ${named('Options', context)}>
    ${optionsOf(element).map((option) => {
      const description =
        option['description'] && html`<small>${textHtml(option['description'], context.names)}</small>`;
      const text = html`<span
        >${textHtml(option['text'], context.names)} ${description as Html | undefined}</span
      >`;
      return checkHtml(kind, { value: String(option['value']), text }, values, element, context);
    })}
  </fieldset>`;
}

function checkHtml(
  kind: 'checkbox' | 'radio',
  choice: { value: string; text: Html | string },
  values: readonly string[],
  element: JsonObject,
  context: ControlContext,
): Html {
  const group = `${context.blockId}/${String(element['action_id'])}`;
  return html`<label>
    <input
      type="${kind}"
      name="${group}"
      value="${choice.value}"
      data-field
      ${values.includes(choice.value) ? html`checked` : ''}
      ${attributes(element, context)}
    />
    ${choice.text}
  </label>`;
}

function textInputHtml(element: JsonObject, values: readonly string[], context: ControlContext): Html {
  const placeholder = textOf(element['placeholder']);
  const multiline = element['multiline'] === true || element['type'] === 'rich_text_input';
  const limit = typeof element['max_length'] === 'number' ? html`maxlength="${element['max_length']}"` : '';
  const common = html`class="field" data-field placeholder="${placeholder}" ${limit}
  ${named(placeholder || 'Text', context)} ${attributes(element, context)}`;
  return multiline
    ? html`<textarea rows="4" ${common}>${values[0]}</textarea>`
    : html`<input type="text" ${common} value="${values[0]}" />`;
}

function nativeInputHtml(element: JsonObject, values: readonly string[], context: ControlContext): Html {
  const types: Record<string, string> = {
    datepicker: 'date',
    timepicker: 'time',
    datetimepicker: 'datetime-local',
    email_text_input: 'email',
    url_text_input: 'url',
    number_input: 'number',
  };
  const type = types[String(element['type'])];
  if (!type) return html`<p class="hint">This control is shown only in Slack.</p>`;
  const placeholder = textOf(element['placeholder']);
  const step = type === 'number' && element['is_decimal_allowed'] === true ? html`step="any"` : '';
  return html`<input
    class="field"
    type="${type}"
    data-field
    ${step}
    placeholder="${placeholder}"
    value="${values[0]}"
    ${named(placeholder || 'Value', context)}
    ${attributes(element, context)}
  />`;
}

interface Choice {
  value: string;
  text: string;
}

/** What can be chosen: the element's options, or the people and channels of the workspace. */
function choicesOf(element: JsonObject, { names }: ControlContext): Choice[] {
  const type = String(element['type'] ?? '');
  if (type.endsWith('users_select'))
    return names.users.map(({ id, name }) => ({ value: id, text: `@${name}` }));
  if (type.endsWith('conversations_select') || type.endsWith('channels_select')) {
    return names.channels.map(({ id, name }) => ({ value: id, text: `#${name}` }));
  }
  return optionsOf(element).map((option) => ({
    value: String(option['value']),
    text: textOf(option['text']),
  }));
}

/** The attributes by which the browser script names the element to the server. */
function attributes(element: JsonObject, { blockId, live, names }: ControlContext): Html {
  const confirm = isJsonObject(element['confirm']) ? confirmData(element['confirm'], names) : undefined;
  return html`data-block="${blockId}" data-action="${String(element['action_id'])}"
  ${live ? html`data-live` : ''} ${confirm ? html`data-confirm="${confirm}"` : ''}`;
}

function confirmData(confirm: JsonObject, names: Names): string {
  return JSON.stringify({
    title: textOf(confirm['title']),
    text: textHtml(confirm['text'], names).markup,
    confirm: textOf(confirm['confirm']) || 'Yes',
    deny: textOf(confirm['deny']) || 'Cancel',
    danger: confirm['style'] === 'danger',
  });
}

function named(fallback: string, { labelledBy }: ControlContext): Html {
  return labelledBy ? html`aria-labelledby="${labelledBy}"` : html`aria-label="${fallback}"`;
}

function textOf(text: unknown): string {
  return isJsonObject(text) && typeof text['text'] === 'string' ? text['text'] : '';
}
