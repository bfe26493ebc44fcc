import {
  anyOf,
  anything,
  boolean,
  byType,
  integer,
  list,
  object,
  oneOf,
  string,
  type BlockProblem,
  type Check,
  type Shape,
} from './block-kit-checks.ts';
import { anyText, elementOf, mrkdwn, plainText } from './block-kit-elements.ts';
import { isJsonObject, type JsonObject } from './types.ts';

/** Where blocks are shown; it decides which blocks and how many are allowed. */
export type Surface = 'message' | 'modal' | 'home';

/** Slack's limit, found by measurement and not documented: all text of one message's blocks together. */
export const MESSAGE_BLOCK_CHARACTERS = 13_200;

const SELECTS = [
  'static_select',
  'external_select',
  'users_select',
  'conversations_select',
  'channels_select',
] as const;
const MULTI_SELECTS = [
  'multi_static_select',
  'multi_external_select',
  'multi_users_select',
  'multi_conversations_select',
  'multi_channels_select',
] as const;
const CHOICES = ['radio_buttons', 'checkboxes', 'datepicker', 'timepicker'] as const;

function block(shape: Shape): Check {
  return object({
    ...shape,
    required: { type: anything, ...shape.required },
    optional: { block_id: string(255), ...shape.optional },
  });
}

const imageSource = { image_url: string(3000, 1), slack_file: anything };
const richText = block({ required: { elements: list(anything, 0, 1000) } });
const card = block({
  optional: {
    hero_image: elementOf('image'),
    icon: elementOf('image'),
    title: mrkdwn(150),
    subtitle: mrkdwn(150),
    body: mrkdwn(200),
    actions: list(elementOf('button'), 1, 3),
  },
  across: anyOf('hero_image', 'title', 'body', 'actions'),
});
const taskCard = block({
  required: {
    task_id: string(255, 1),
    title: string(150, 1),
    status: oneOf('pending', 'in_progress', 'complete', 'error'),
  },
  optional: {
    details: byType({ rich_text: richText }),
    output: byType({ rich_text: richText }),
    sources: anything,
  },
});

const SIMPLE_BLOCKS: Record<string, Check> = {
  section: block({
    optional: {
      text: anyText(3000),
      fields: list(anyText(2000), 1, 10),
      accessory: elementOf(
        'button',
        'workflow_button',
        'overflow',
        'image',
        ...SELECTS,
        ...MULTI_SELECTS,
        ...CHOICES,
      ),
      expand: boolean,
    },
    across: anyOf('text', 'fields'),
  }),
  header: block({ required: { text: plainText(150) }, optional: { level: integer(1, 4) } }),
  divider: block({}),
  context: block({
    required: {
      elements: list(
        byType({ image: elementOf('image'), plain_text: plainText(2000), mrkdwn: mrkdwn(2000) }),
        1,
        10,
      ),
    },
  }),
  actions: block({
    required: {
      elements: list(
        elementOf(
          'button',
          'workflow_button',
          'overflow',
          'datetimepicker',
          'rich_text_input',
          ...SELECTS,
          ...MULTI_SELECTS,
          ...CHOICES,
        ),
        1,
        25,
      ),
    },
  }),
  image: block({
    required: { alt_text: string(2000, 1) },
    optional: { title: plainText(2000), ...imageSource },
    across: anyOf('image_url', 'slack_file'),
  }),
  rich_text: richText,
  table: block({
    required: { rows: list(list(anything, 1, 20), 1, 100) },
    optional: { column_settings: list(anything, 1, 20) },
  }),
  video: block({
    required: {
      video_url: string(3000, 1),
      thumbnail_url: string(3000, 1),
      alt_text: string(2000),
      title: plainText(200),
    },
    optional: {
      title_url: string(3000),
      author_name: string(50),
      provider_name: string(50),
      provider_icon_url: string(3000),
      description: plainText(200),
    },
  }),
  file: block({ required: { source: oneOf('remote'), external_id: string(255, 1) } }),
  input: block({
    required: {
      label: plainText(2000),
      element: elementOf(
        'plain_text_input',
        'email_text_input',
        'url_text_input',
        'number_input',
        'rich_text_input',
        'file_input',
        'datetimepicker',
        ...SELECTS,
        ...MULTI_SELECTS,
        ...CHOICES,
      ),
    },
    optional: { hint: plainText(2000), optional: boolean, dispatch_action: boolean },
  }),
};

const MESSAGE_BLOCKS: Record<string, Check> = {
  ...SIMPLE_BLOCKS,
  markdown: block({ required: { text: string(12_000, 1) } }),
  alert: block({
    required: { text: anyText(200) },
    optional: { level: oneOf('default', 'info', 'warning', 'error', 'success') },
  }),
  card,
  carousel: block({ required: { elements: list(byType({ card }), 1, 10) } }),
  container: block({
    required: { child_blocks: list(byType(SIMPLE_BLOCKS), 1, 10) },
    optional: {
      title: plainText(150),
      rich_text_title: byType({ rich_text: richText }),
      subtitle: anyText(150),
      width: oneOf('narrow', 'standard', 'wide', 'full'),
      icon: elementOf('image'),
      is_collapsible: boolean,
      default_collapsed: boolean,
      has_header_divider: boolean,
    },
  }),
  context_actions: block({
    required: { elements: list(elementOf('feedback_buttons', 'icon_button'), 1, 5) },
  }),
  task_card: taskCard,
  plan: block({
    required: { title: string(150, 1) },
    optional: { tasks: list(byType({ task_card: taskCard }), 0, 50) },
  }),
  data_table: block({
    required: { rows: list(list(anything, 1, 20), 1, 101), caption: string(2000) },
    optional: { page_size: integer(1, 100), row_header_column_index: integer(0, 19) },
  }),
  // The shape of charts is not published as types yet, so only the block as such is known.
  data_visualization: anything,
};

const VIEW_BLOCKS: Record<string, Check> = {
  ...SIMPLE_BLOCKS,
  alert: MESSAGE_BLOCKS['alert'] ?? anything,
  markdown: MESSAGE_BLOCKS['markdown'] ?? anything,
};

const LIMITS: Record<Surface, { blocks: number; table: Record<string, Check> }> = {
  message: { blocks: 50, table: MESSAGE_BLOCKS },
  modal: { blocks: 100, table: VIEW_BLOCKS },
  home: { blocks: 100, table: VIEW_BLOCKS },
};

/**
 * What Slack would refuse about these blocks. An empty list means that they are fine.
 * Pointers begin with `root`, for example `/blocks/0/text/text`.
 */
export function findBlockProblems(blocks: unknown, surface: Surface, root = '/blocks'): BlockProblem[] {
  const problems: BlockProblem[] = [];
  const report = (problem: BlockProblem): void => void problems.push(problem);
  const { blocks: most, table } = LIMITS[surface];
  list(byType(table), 0, most)(blocks, root, report);
  if (Array.isArray(blocks)) reportDuplicates(blocks, root, report);
  return problems;
}

/** What Slack would refuse about a view for views.open, push, update or publish. */
export function findViewProblems(view: JsonObject): BlockProblem[] {
  const problems: BlockProblem[] = [];
  const type = view['type'];
  if (type !== 'modal' && type !== 'home') {
    return [{ pointer: '/view/type', message: `unsupported type: ${String(type)}` }];
  }
  const common = {
    callback_id: string(255),
    private_metadata: string(3000),
    external_id: string(255),
  };
  const modalOnly = {
    close: plainText(24),
    submit: plainText(24),
    clear_on_close: boolean,
    notify_on_close: boolean,
    submit_disabled: boolean,
  };
  const required = { type: anything, blocks: anything };
  const shape: Shape =
    type === 'modal'
      ? { required: { ...required, title: plainText(24) }, optional: { ...common, ...modalOnly } }
      : { required, optional: common };
  object(shape)(view, '/view', (problem) => problems.push(problem));
  problems.push(...findBlockProblems(view['blocks'], type, '/view/blocks'));
  const hasInput =
    Array.isArray(view['blocks']) &&
    view['blocks'].some((entry) => isJsonObject(entry) && entry['type'] === 'input');
  if (type === 'modal' && hasInput && view['submit'] === undefined) {
    problems.push({
      pointer: '/view',
      message: 'missing required field: submit (a modal with inputs needs it)',
    });
  }
  return problems;
}

/** Characters of text in all blocks together, which Slack limits to about 13,200 in a message. */
export function countTextCharacters(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, entry) => sum + countTextCharacters(entry), 0);
  if (!isJsonObject(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, entry]) =>
      sum + (key === 'text' && typeof entry === 'string' ? entry.length : countTextCharacters(entry)),
    0,
  );
}

function reportDuplicates(
  blocks: readonly unknown[],
  root: string,
  report: (problem: BlockProblem) => void,
): void {
  const blockIds = new Set<string>();
  blocks.forEach((entry, index) => {
    if (!isJsonObject(entry)) return;
    const blockId = entry['block_id'];
    if (typeof blockId === 'string' && blockId !== '') {
      if (blockIds.has(blockId)) {
        report({ pointer: `${root}/${index}/block_id`, message: `block_id "${blockId}" already exists` });
      }
      blockIds.add(blockId);
    }
    const actionIds = new Set<string>();
    for (const actionId of actionIdsIn(entry)) {
      if (actionIds.has(actionId)) {
        report({
          pointer: `${root}/${index}`,
          message: `\`action_id\` "${actionId}" already exists for block`,
        });
      }
      actionIds.add(actionId);
    }
  });
}

function actionIdsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(actionIdsIn);
  if (!isJsonObject(value)) return [];
  const own = typeof value['action_id'] === 'string' ? [value['action_id']] : [];
  return [...own, ...Object.values(value).flatMap(actionIdsIn)];
}
