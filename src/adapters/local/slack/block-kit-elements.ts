import {
  anyOf,
  anything,
  boolean,
  byType,
  integer,
  list,
  matching,
  object,
  oneOf,
  string,
  type Check,
  type Shape,
} from './block-kit-checks.ts';

const type: Record<string, Check> = { type: anything };

/** A plain_text object of 1 to `max` characters. */
export function plainText(max: number): Check {
  return byType({
    plain_text: object({ required: { ...type, text: string(max, 1) }, optional: { emoji: boolean } }),
  });
}

/** A mrkdwn object of 1 to `max` characters. */
export function mrkdwn(max: number): Check {
  return byType({
    mrkdwn: object({ required: { ...type, text: string(max, 1) }, optional: { verbatim: boolean } }),
  });
}

/** A plain_text or mrkdwn object of 1 to `max` characters. */
export function anyText(max: number): Check {
  return byType({
    plain_text: object({ required: { ...type, text: string(max, 1) }, optional: { emoji: boolean } }),
    mrkdwn: object({ required: { ...type, text: string(max, 1) }, optional: { verbatim: boolean } }),
  });
}

const style = oneOf('primary', 'danger');
const date = matching(/^\d{4}-\d{2}-\d{2}$/, 'a date as YYYY-MM-DD');
const time = matching(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time as HH:mm');
const url = string(3000, 1);

const confirm = object({
  required: { title: plainText(100), text: anyText(300), confirm: plainText(30), deny: plainText(30) },
  optional: { style },
});

const option = object({
  required: { text: anyText(75), value: string(150, 1) },
  optional: { description: anyText(75), url: string(3000) },
});
const overflowOption = object({
  required: { text: plainText(75), value: string(150, 1) },
  optional: { description: plainText(75), url: string(3000) },
});
const optionGroup = object({ required: { label: plainText(75), options: list(option, 1, 100) } });
const menuOptions = { options: list(option, 1, 100), option_groups: list(optionGroup, 1, 100) };

const dispatchActionConfig = object({
  optional: {
    trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered'), 1, 2),
  },
});
const actionId = string(255, 1);

/** Most elements: action_id and a confirmation dialog. */
function actionable(shape: Shape): Check {
  return object({
    ...shape,
    required: { ...type, ...shape.required },
    optional: { action_id: actionId, confirm, ...shape.optional },
  });
}
function select(optional: Record<string, Check>, across?: Check): Check {
  return actionable({
    optional: { placeholder: plainText(150), focus_on_load: boolean, ...optional },
    ...(across ? { across } : {}),
  });
}
function multiSelect(optional: Record<string, Check>, across?: Check): Check {
  return select({ max_selected_items: integer(1, 100), ...optional }, across);
}
function typedInput(optional: Record<string, Check>, required: Record<string, Check> = {}): Check {
  return object({
    required: { ...type, ...required },
    optional: {
      action_id: actionId,
      placeholder: plainText(150),
      focus_on_load: boolean,
      dispatch_action_config: dispatchActionConfig,
      ...optional,
    },
  });
}

const image = object({
  required: { ...type, alt_text: string(2000, 1) },
  optional: { image_url: url, slack_file: anything },
  across: anyOf('image_url', 'slack_file'),
});
const feedbackButton = object({
  required: { text: plainText(75), value: string(2000) },
  optional: { accessibility_label: string(75) },
});
const conversationOptions = {
  default_to_current_conversation: boolean,
  filter: anything,
  response_url_enabled: boolean,
};

/** Every interactive element and image of Block Kit, with Slack's limits. */
export const ELEMENTS = {
  button: actionable({
    required: { text: plainText(75) },
    optional: { value: string(2000), url, style, accessibility_label: string(75) },
  }),
  workflow_button: actionable({
    required: { text: plainText(75), workflow: anything },
    optional: { style, accessibility_label: string(75) },
  }),
  overflow: actionable({ required: { options: list(overflowOption, 1, 5) } }),
  static_select: select(
    { ...menuOptions, initial_option: option, response_url_enabled: boolean },
    anyOf('options', 'option_groups'),
  ),
  external_select: select({ initial_option: option, min_query_length: integer(0, 1000) }),
  users_select: select({ initial_user: string(255) }),
  conversations_select: select({ initial_conversation: string(255), ...conversationOptions }),
  channels_select: select({ initial_channel: string(255), response_url_enabled: boolean }),
  multi_static_select: multiSelect(
    { ...menuOptions, initial_options: list(option, 1, 100) },
    anyOf('options', 'option_groups'),
  ),
  multi_external_select: multiSelect({
    initial_options: list(option, 1, 100),
    min_query_length: integer(0, 1000),
  }),
  multi_users_select: multiSelect({ initial_users: list(string(255), 0, 100) }),
  multi_conversations_select: multiSelect({
    initial_conversations: list(string(255), 0, 100),
    ...conversationOptions,
  }),
  multi_channels_select: multiSelect({ initial_channels: list(string(255), 0, 100) }),
  radio_buttons: actionable({
    required: { options: list(option, 1, 10) },
    optional: { initial_option: option, focus_on_load: boolean },
  }),
  checkboxes: actionable({
    required: { options: list(option, 1, 10) },
    optional: { initial_options: list(option, 1, 10), focus_on_load: boolean },
  }),
  datepicker: select({ initial_date: date }),
  timepicker: select({ initial_time: time, timezone: string(100) }),
  datetimepicker: actionable({ optional: { initial_date_time: anything, focus_on_load: boolean } }),
  plain_text_input: typedInput({
    initial_value: string(3000),
    multiline: boolean,
    min_length: integer(0, 3000),
    max_length: integer(1, 3000),
  }),
  email_text_input: typedInput({ initial_value: string(3000) }),
  url_text_input: typedInput({ initial_value: string(3000) }),
  number_input: typedInput(
    { initial_value: string(100), min_value: string(100), max_value: string(100) },
    { is_decimal_allowed: boolean },
  ),
  rich_text_input: typedInput({
    initial_value: anything,
    min_lines: integer(1, 100),
    max_lines: integer(1, 100),
  }),
  file_input: object({
    required: type,
    optional: {
      action_id: actionId,
      filetypes: list(string(100), 1, 100),
      max_files: integer(1, 10),
    },
  }),
  image,
  feedback_buttons: object({
    required: { ...type, positive_button: feedbackButton, negative_button: feedbackButton },
    optional: { action_id: actionId },
  }),
  icon_button: actionable({
    required: { icon: string(100, 1), text: plainText(75) },
    optional: {
      value: string(2000),
      accessibility_label: string(75),
      visible_to_user_ids: list(string(255), 1, 100),
    },
  }),
} satisfies Record<string, Check>;

export type ElementType = keyof typeof ELEMENTS;

/** One of the named elements, and nothing else. */
export function elementOf(...types: readonly ElementType[]): Check {
  return byType(Object.fromEntries(types.map((name) => [name, ELEMENTS[name]])));
}
