import { isJsonObject, type Block, type JsonObject, type ViewValues } from './types.ts';

/** What a person typed or chose, as the console sends it: strings by block id and action id. */
export type RawInput = Record<string, Record<string, string[]>>;

/** An interactive element and the block in which it stands. */
export interface FoundElement {
  blockId: string;
  element: JsonObject;
}

/** Every object with an action_id in these blocks, also inside cards and containers. */
export function interactiveElements(blocks: readonly Block[]): FoundElement[] {
  return blocks.flatMap((block) => elementsIn(block, block.block_id ?? ''));
}

function elementsIn(value: unknown, blockId: string): FoundElement[] {
  if (Array.isArray(value)) return value.flatMap((entry) => elementsIn(entry, blockId));
  if (!isJsonObject(value)) return [];
  const inner = typeof value['block_id'] === 'string' ? value['block_id'] : blockId;
  const own = typeof value['action_id'] === 'string' ? [{ blockId: inner, element: value }] : [];
  return [...own, ...Object.values(value).flatMap((entry) => elementsIn(entry, inner))];
}

/**
 * The fields in which Slack reports the state of an element ({type, value} or {type, selected_option}, …).
 * Options are looked up in the element, so that the browser cannot invent one; an unknown choice counts as none.
 * Returns undefined for elements without a state, such as buttons.
 */
export function elementState(element: JsonObject, raw: readonly string[]): JsonObject | undefined {
  const type = String(element['type']);
  const first = raw.find((value) => value !== '');
  const chosen = optionsOf(element).filter((option) => raw.includes(String(option['value'])));
  const filled = raw.filter((value) => value !== '');
  switch (type) {
    case 'plain_text_input':
    case 'email_text_input':
    case 'url_text_input':
    case 'number_input':
      return { type, value: first ?? null };
    case 'rich_text_input':
      return { type, rich_text_value: first === undefined ? null : richText(first) };
    case 'static_select':
    case 'external_select':
    case 'radio_buttons':
      return { type, selected_option: chosen[0] ?? null };
    case 'multi_static_select':
    case 'multi_external_select':
    case 'checkboxes':
      return { type, selected_options: chosen };
    case 'users_select':
      return { type, selected_user: first ?? null };
    case 'multi_users_select':
      return { type, selected_users: filled };
    case 'conversations_select':
      return { type, selected_conversation: first ?? null };
    case 'multi_conversations_select':
      return { type, selected_conversations: filled };
    case 'channels_select':
      return { type, selected_channel: first ?? null };
    case 'multi_channels_select':
      return { type, selected_channels: filled };
    case 'datepicker':
      return { type, selected_date: first ?? null };
    case 'timepicker':
      return { type, selected_time: first ?? null };
    case 'datetimepicker':
      return { type, selected_date_time: first === undefined ? null : Math.floor(Date.parse(first) / 1000) };
    default:
      return undefined;
  }
}

/** The entry of `actions` in a block_actions payload, or undefined where the element cannot be used so. */
export function actionEntry(
  found: FoundElement,
  raw: readonly string[],
  actionTs: string,
): JsonObject | undefined {
  const { blockId, element } = found;
  const common = { action_id: element['action_id'], block_id: blockId, action_ts: actionTs };
  const type = String(element['type']);
  if (type === 'button' || type === 'icon_button' || type === 'workflow_button') {
    const { text, value, style, url } = element;
    return withoutUndefined({ ...common, type, text, value, style, url });
  }
  if (type === 'overflow') {
    const option = optionsOf(element).find((entry) => entry['value'] === raw[0]);
    return option && { ...common, type, selected_option: option };
  }
  if (type === 'feedback_buttons') {
    const choices = [element['positive_button'], element['negative_button']].filter(isJsonObject);
    const choice = choices.find((entry) => entry['value'] === raw[0]);
    return choice && { ...common, type, text: choice['text'], value: choice['value'] };
  }
  const state = elementState(element, raw);
  return state && { ...common, ...state };
}

/** `state.values` for all elements that have a state, from what the person entered or the initial values. */
export function stateValues(blocks: readonly Block[], raw: RawInput): ViewValues {
  const values: ViewValues = {};
  for (const { blockId, element } of interactiveElements(blocks)) {
    const actionId = String(element['action_id']);
    const state = elementState(element, raw[blockId]?.[actionId] ?? initialRaw(element));
    if (state) (values[blockId] ??= {})[actionId] = state;
  }
  return values;
}

/** The initial value of an element in the form in which the console sends values. */
export function initialRaw(element: JsonObject): string[] {
  const options = [element['initial_option'], element['initial_options']].flat().filter(isJsonObject);
  if (options.length > 0) return options.map((option) => String(option['value']));
  const names = [
    'initial_value',
    'initial_user',
    'initial_conversation',
    'initial_channel',
    'initial_date',
    'initial_time',
    'initial_users',
    'initial_conversations',
    'initial_channels',
  ];
  const plain = names.flatMap((name) => element[name]).filter((value) => typeof value === 'string');
  if (plain.length > 0) return plain;
  const seconds = element['initial_date_time'];
  return typeof seconds === 'number' ? [localDateTime(seconds)] : [];
}

/** What was entered, from Slack's state back to the strings of the console. */
export function rawOfState(state: JsonObject): string[] {
  const [, content] = Object.entries(state).find(([key]) => key !== 'type') ?? [];
  if (state['type'] === 'datetimepicker') return typeof content === 'number' ? [localDateTime(content)] : [];
  if (state['type'] === 'rich_text_input') return isJsonObject(content) ? [plainTextOf(content)] : [];
  return [content].flat().flatMap((entry) => {
    if (typeof entry === 'string') return [entry];
    return isJsonObject(entry) ? [String(entry['value'])] : [];
  });
}

/** The options of a menu, also those in groups. */
export function optionsOf(element: JsonObject): JsonObject[] {
  const groups = [element['option_groups']].flat().filter(isJsonObject);
  return [element['options'], ...groups.map((group) => group['options'])].flat().filter(isJsonObject);
}

function richText(text: string): JsonObject {
  const section = { type: 'rich_text_section', elements: [{ type: 'text', text }] };
  return { type: 'rich_text', elements: [section] };
}

function plainTextOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(plainTextOf).join('');
  if (!isJsonObject(value)) return '';
  return typeof value['text'] === 'string' ? value['text'] : plainTextOf(value['elements']);
}

/** The form of <input type="datetime-local">, which like Date.parse of it means the machine's own time zone. */
function localDateTime(seconds: number): string {
  const offsetMs = new Date(seconds * 1000).getTimezoneOffset() * 60_000;
  return new Date(seconds * 1000 - offsetMs).toISOString().slice(0, 16);
}

function withoutUndefined(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
