import { present, type MethodContext } from './method.ts';
import { formatView } from './methods-views.ts';
import type { JsonObject, Person, StoredMessage, StoredView, ViewValues } from './types.ts';

interface ActionContext {
  person: Person;
  triggerId: string;
  action: JsonObject;
  context: MethodContext;
}

/** The block_actions payload for an element in a message. */
export function messageActionPayload(
  message: StoredMessage,
  values: ViewValues,
  responseUrl: string,
  { person, triggerId, action, context }: ActionContext,
): JsonObject {
  const ephemeral = message.visibleTo !== undefined;
  return {
    type: 'block_actions',
    ...origin(person, context),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: ephemeral,
      ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
    },
    trigger_id: triggerId,
    channel: { id: context.channel.id, name: context.channel.name },
    // Slack leaves the message out when only one person could see it.
    ...(ephemeral ? {} : { message: present(message, context, true) }),
    state: { values },
    response_url: responseUrl,
    actions: [action],
  };
}

/** The block_actions payload for an element in a modal or App Home. */
export function viewActionPayload(
  view: StoredView,
  { person, triggerId, action, context }: ActionContext,
): JsonObject {
  return {
    type: 'block_actions',
    ...origin(person, context),
    container: { type: 'view', view_id: view.id },
    trigger_id: triggerId,
    view: formatView(view, context.app),
    actions: [action],
  };
}

export function viewSubmissionPayload(
  view: StoredView,
  person: Person,
  triggerId: string,
  context: MethodContext,
): JsonObject {
  return {
    type: 'view_submission',
    ...origin(person, context),
    trigger_id: triggerId,
    view: formatView(view, context.app),
    response_urls: [],
  };
}

export function viewClosedPayload(
  view: StoredView,
  person: Person,
  isCleared: boolean,
  context: MethodContext,
): JsonObject {
  return {
    type: 'view_closed',
    ...origin(person, context),
    view: formatView(view, context.app),
    is_cleared: isCleared,
  };
}

function origin(person: Person, { app }: MethodContext): JsonObject {
  return {
    team: { id: app.teamId, domain: app.teamDomain },
    user: { id: person.id, username: person.name, name: person.name, team_id: app.teamId },
    api_app_id: app.appId,
    token: 'local',
    enterprise: null,
    is_enterprise_install: false,
  };
}
