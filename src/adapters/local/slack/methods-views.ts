import { assignIds } from './assign-ids.ts';
import { findViewProblems } from './block-kit-limits.ts';
import { stateValues } from './element-state.ts';
import { problemDetails } from './message-content.ts';
import { readJson, readText, refuse, type Method, type MethodContext } from './method.ts';
import { isJsonObject, type AppIdentity, type Block, type JsonObject, type StoredView } from './types.ts';

/** Slack stacks at most three modals. */
const MOST_MODALS = 3;

const open: Method = (args, context) => {
  const read = readView(args['view'], 'modal');
  if ('refusal' in read) return read.refusal;
  const trigger = context.triggers.use(args['trigger_id']);
  if (!trigger.ok) return refuse(trigger.error);
  context.workspace.removeViews(context.workspace.modals(trigger.userId));
  return saved(newView(read.view, trigger.userId, null, context), context);
};

const push: Method = (args, context) => {
  const read = readView(args['view'], 'modal');
  if ('refusal' in read) return read.refusal;
  const trigger = context.triggers.use(args['trigger_id']);
  if (!trigger.ok) return refuse(trigger.error);
  const stack = context.workspace.modals(trigger.userId);
  const top = stack.at(-1);
  if (!top || trigger.viewId === null) return refuse('invalid_trigger_id');
  if (stack.length >= MOST_MODALS) return refuse('push_limit_reached');
  return saved(newView(read.view, trigger.userId, top, context), context);
};

const update: Method = (args, context) => {
  const externalId = readText(args['external_id']);
  const existing = context.people
    .flatMap((person) => context.workspace.modals(person.id))
    .find(
      (view) => view.id === args['view_id'] || (externalId && view.payload['external_id'] === externalId),
    );
  if (!existing) return refuse('not_found');
  const hash = readText(args['hash']);
  if (hash !== undefined && hash !== existing.hash) return refuse('hash_conflict');
  const read = readView(args['view'], 'modal');
  if ('refusal' in read) return read.refusal;
  return saved(replaceView(existing, read.view, context), context);
};

const publish: Method = (args, context) => {
  const userId = readText(args['user_id']);
  if (!context.people.some((person) => person.id === userId) || !userId) return refuse('user_not_found');
  const read = readView(args['view'], 'home');
  if ('refusal' in read) return read.refusal;
  const existing = context.workspace.home(userId);
  const hash = readText(args['hash']);
  if (existing && hash !== undefined && hash !== existing.hash) return refuse('hash_conflict');
  const view = existing
    ? replaceView(existing, read.view, context)
    : newView(read.view, userId, null, context);
  return saved(view, context);
};

/** views.*: modals per person, and App Home. */
export const VIEW_METHODS: Readonly<Record<string, Method>> = {
  'views.open': open,
  'views.push': push,
  'views.update': update,
  'views.publish': publish,
};

/** Reads and checks a view; refuses with invalid_arguments and pointers, as Slack does. */
export function readView(
  value: unknown,
  type: StoredView['type'],
): { view: JsonObject } | { refusal: JsonObject } {
  const view = readJson(value);
  if (!isJsonObject(view)) return { refusal: refuse('invalid_arguments') };
  const problems = findViewProblems(view);
  if (view['type'] !== type) problems.push({ pointer: '/view/type', message: `must be ${type}` });
  return problems.length > 0 ? { refusal: refuse('invalid_arguments', problemDetails(problems)) } : { view };
}

/** A fresh view for a person; `below` is the modal under it. */
export function newView(
  payload: JsonObject,
  userId: string,
  below: StoredView | null,
  context: MethodContext,
): StoredView {
  const id = context.newId('V');
  const blocks = assignIds(payload['blocks'] as Block[], () => context.newId(''));
  return {
    id,
    userId,
    type: payload['type'] === 'home' ? 'home' : 'modal',
    payload,
    blocks,
    hash: newHash(context),
    rootId: below?.rootId ?? id,
    previousId: below?.id ?? null,
    values: stateValues(blocks, {}),
    depth: below ? below.depth + 1 : 0,
  };
}

/** The view with new contents. What was entered stays where block_id and action_id stay the same. */
export function replaceView(existing: StoredView, payload: JsonObject, context: MethodContext): StoredView {
  const blocks = assignIds(payload['blocks'] as Block[], () => context.newId(''));
  const values = stateValues(blocks, {});
  for (const [blockId, actions] of Object.entries(values)) {
    for (const actionId of Object.keys(actions)) {
      const entered = existing.values[blockId]?.[actionId];
      if (entered && entered['type'] === actions[actionId]?.['type']) actions[actionId] = entered;
    }
  }
  return { ...existing, payload, blocks, values, hash: newHash(context) };
}

/** The view as Slack shows it in answers and payloads. */
export function formatView(view: StoredView, app: AppIdentity): JsonObject {
  const { payload } = view;
  return {
    id: view.id,
    team_id: app.teamId,
    type: view.type,
    blocks: view.blocks,
    private_metadata: payload['private_metadata'] ?? '',
    callback_id: payload['callback_id'] ?? '',
    external_id: payload['external_id'] ?? '',
    state: { values: view.values },
    hash: view.hash,
    title: payload['title'] ?? null,
    close: payload['close'] ?? null,
    submit: payload['submit'] ?? null,
    clear_on_close: payload['clear_on_close'] ?? false,
    notify_on_close: payload['notify_on_close'] ?? false,
    root_view_id: view.rootId,
    previous_view_id: view.previousId,
    app_id: app.appId,
    app_installed_team_id: app.teamId,
    bot_id: app.botId,
  };
}

function saved(view: StoredView, context: MethodContext): JsonObject {
  context.workspace.saveView(view);
  return { ok: true, view: formatView(view, context.app) };
}

function newHash({ now, newId }: MethodContext): string {
  return `${Math.floor(now() / 1000)}.${newId('')}`;
}
