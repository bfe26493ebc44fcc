import { actionEntry, interactiveElements, stateValues, type RawInput } from './element-state.ts';
import { findInputErrors } from './input-errors.ts';
import type { EventDelivery } from './event-delivery.ts';
import {
  messageActionPayload,
  viewActionPayload,
  viewClosedPayload,
  viewSubmissionPayload,
} from './interaction-payload.ts';
import { present, type MethodContext } from './method.ts';
import { replyAsApp, type ResponseUrls } from './response-urls.ts';
import { sendSigned, type Delivery, type SignedRequestOptions } from './signed-request.ts';
import {
  isJsonObject,
  type Block,
  type JsonObject,
  type Person,
  type StoredMessage,
  type StoredView,
} from './types.ts';
import { applyViewResponse, type SubmitOutcome } from './view-response.ts';

/** The element that a person used. */
export interface Press {
  userId: string;
  container: { kind: 'message'; ts: string } | { kind: 'view'; id: string };
  blockId: string;
  actionId: string;
  /** The chosen values; empty for buttons. */
  chosen: string[];
  /** What stands in the other fields of the same message or view. */
  entered?: RawInput;
}

/**
 * What people can do in the workspace. Each reaches the app as a signed request to /slack/events, as from Slack.
 * All methods throw an Error that says what is wrong when the person, message, view or element does not exist.
 */
export interface UserActions {
  /** Posts a message; the app gets `message`, and `app_mention` when it is mentioned. */
  say(userId: string, text: string, threadTs?: string): StoredMessage;
  /** Runs a slash command, for example `/sitrep` with text `status`. A failure is shown to the person as Slack shows it. */
  slash(userId: string, command: string, text: string): Promise<Delivery>;
  press(press: Press): Promise<Delivery>;
  submit(userId: string, viewId: string, entered: RawInput): Promise<SubmitOutcome>;
  /** Closes the modal, or with `all` the whole stack. */
  close(userId: string, viewId: string, all?: boolean): Promise<void>;
  /** Opens the App Home tab, which lets the app publish it. */
  openHome(userId: string): Promise<Delivery>;
}

export function createUserActions(options: {
  context: MethodContext;
  request: SignedRequestOptions;
  events: EventDelivery;
  responseUrls: ResponseUrls;
}): UserActions {
  const { context, request, events, responseUrls } = options;
  const { workspace, app, channel } = context;

  const sendForm = (fields: Record<string, string>): Promise<Delivery> =>
    sendSigned(request, new URLSearchParams(fields).toString(), {
      'content-type': 'application/x-www-form-urlencoded',
    });
  const sendPayload = (payload: JsonObject): Promise<Delivery> =>
    sendForm({ payload: JSON.stringify(payload) });
  const personOf = (userId: string): Person => {
    const person = context.people.find((candidate) => candidate.id === userId);
    if (!person) throw new Error(`There is no person ${userId} in the local workspace.`);
    return person;
  };
  const modalOf = (userId: string, viewId: string): StoredView => {
    const view = workspace.modals(userId).find((candidate) => candidate.id === viewId);
    if (!view) throw new Error('This dialog is no longer open.');
    return view;
  };

  return {
    say(userId, text, threadTs) {
      const person = personOf(userId);
      const parent = threadTs === undefined ? undefined : workspace.message(threadTs);
      if (threadTs !== undefined && !parent) throw new Error('The thread does not exist any more.');
      const message = workspace.post({
        channel: channel.id,
        user: person.id,
        fromApp: false,
        text,
        ...(parent ? { threadTs: parent.threadTs ?? parent.ts } : {}),
      });
      const event = { ...present(message, context, false), channel: channel.id, event_ts: message.ts };
      void events.deliver({ ...event, channel_type: 'channel' });
      if (text.includes(`<@${app.botUserId}>`)) void events.deliver({ ...event, type: 'app_mention' });
      return message;
    },

    async slash(userId, command, text) {
      const person = personOf(userId);
      const outcome = await sendForm({
        token: 'local',
        team_id: app.teamId,
        team_domain: app.teamDomain,
        channel_id: channel.id,
        channel_name: channel.name,
        user_id: person.id,
        user_name: person.name,
        command,
        text,
        api_app_id: app.appId,
        is_enterprise_install: 'false',
        response_url: responseUrls.issue({ userId }),
        trigger_id: context.triggers.issue(userId),
      });
      const error = outcome.result === 'delivered' ? showSlashAnswer(outcome.body, userId) : outcome.result;
      if (error) {
        replyAsApp({ text: `\`${command}\` failed with the error "${error}".` }, { userId }, context);
      }
      return outcome;
    },

    press(press) {
      const person = personOf(press.userId);
      const triggerView = press.container.kind === 'view' ? press.container.id : undefined;
      const triggerId = context.triggers.issue(press.userId, triggerView);
      if (press.container.kind === 'message') {
        const message = workspace.message(press.container.ts);
        if (!message || (message.visibleTo ?? press.userId) !== press.userId) {
          throw new Error('The message does not exist any more.');
        }
        const action = findAction(press, message.blocks ?? []);
        const values = stateValues(message.blocks ?? [], press.entered ?? {});
        const responseUrl = responseUrls.issue({ userId: press.userId, messageTs: message.ts });
        return sendPayload(
          messageActionPayload(message, values, responseUrl, { person, triggerId, action, context }),
        );
      }
      const view = workspace.view(press.container.id);
      if (!view || view.userId !== press.userId) throw new Error('This view is no longer open.');
      const action = findAction(press, view.blocks);
      const current = { ...view, values: stateValues(view.blocks, press.entered ?? {}) };
      if (view.type === 'modal') workspace.keepValues(current);
      return sendPayload(viewActionPayload(current, { person, triggerId, action, context }));
    },

    async submit(userId, viewId, entered) {
      const person = personOf(userId);
      const view = modalOf(userId, viewId);
      const submitted = { ...view, values: stateValues(view.blocks, entered) };
      const errors = findInputErrors(view.blocks, submitted.values);
      if (Object.keys(errors).length > 0) return { result: 'errors', errors };
      workspace.keepValues(submitted);
      const triggerId = context.triggers.issue(userId, viewId);
      const outcome = await sendPayload(viewSubmissionPayload(submitted, person, triggerId, context));
      if (outcome.result !== 'delivered') {
        return { result: 'failed', message: 'We had some trouble connecting. Try again?' };
      }
      return applyViewResponse(outcome.body, submitted, context);
    },

    async close(userId, viewId, all = false) {
      const person = personOf(userId);
      const view = modalOf(userId, viewId);
      const closed =
        all || view.payload['clear_on_close'] === true ? workspace.modals(userId).toReversed() : [view];
      workspace.removeViews(closed);
      for (const entry of closed) {
        if (entry.payload['notify_on_close'] !== true) continue;
        await sendPayload(viewClosedPayload(entry, person, all, context));
      }
    },

    openHome(userId) {
      const home = workspace.home(personOf(userId).id);
      return events.deliver({
        type: 'app_home_opened',
        user: userId,
        channel: `D${userId.slice(1)}`,
        tab: 'home',
        event_ts: `${Math.floor(context.now() / 1000)}.000000`,
        ...(home ? { view: { id: home.id, type: 'home', hash: home.hash } } : {}),
      });
    },
  };

  function findAction(press: Press, blocks: readonly Block[]): JsonObject {
    const found = interactiveElements(blocks).find(
      ({ blockId, element }) => blockId === press.blockId && element['action_id'] === press.actionId,
    );
    const actionTs = (context.now() / 1000).toFixed(6);
    const action = found && actionEntry(found, press.chosen, actionTs);
    if (!action) throw new Error('This control is no longer there. It may have been used already.');
    return action;
  }

  function showSlashAnswer(body: string, userId: string): string | undefined {
    if (body.trim() === '') return undefined;
    return replyAsApp(slashAnswer(body), { userId }, context);
  }
}

function slashAnswer(body: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(body);
    if (isJsonObject(parsed)) return parsed;
  } catch {
    // Slack takes a plain body as the text of the answer.
  }
  return { text: body };
}
