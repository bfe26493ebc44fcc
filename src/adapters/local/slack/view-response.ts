import type { MethodContext } from './method.ts';
import { newView, readView, replaceView } from './methods-views.ts';
import { isJsonObject, type StoredView } from './types.ts';

/** What a person sees after pressing Submit. */
export type SubmitOutcome =
  | { result: 'closed' }
  | { result: 'kept' }
  | { result: 'errors'; errors: Record<string, string> }
  | { result: 'failed'; message: string };

/** Carries out the response_action with which the app answered a view_submission; an empty body closes the modal. */
export function applyViewResponse(body: string, view: StoredView, context: MethodContext): SubmitOutcome {
  const { workspace } = context;
  const answer = parse(body);
  switch (answer['response_action']) {
    case undefined:
      workspace.removeViews([view]);
      return { result: 'closed' };
    case 'clear':
      workspace.removeViews(workspace.modals(view.userId));
      return { result: 'closed' };
    case 'errors': {
      const errors = isJsonObject(answer['errors']) ? answer['errors'] : {};
      return {
        result: 'errors',
        errors: Object.fromEntries(Object.entries(errors).map(([id, text]) => [id, String(text)])),
      };
    }
    case 'update':
    case 'push': {
      const read = readView(answer['view'], 'modal');
      if ('refusal' in read) return invalid();
      const current = workspace.view(view.id) ?? view;
      const next =
        answer['response_action'] === 'push'
          ? newView(read.view, view.userId, current, context)
          : replaceView(current, read.view, context);
      workspace.saveView(next);
      return { result: 'kept' };
    }
    default:
      return invalid();
  }
}

function invalid(): SubmitOutcome {
  return { result: 'failed', message: 'The app answered with something that Slack does not understand.' };
}

function parse(body: string): Record<string, unknown> {
  if (body.trim() === '') return {};
  try {
    const parsed: unknown = JSON.parse(body);
    return isJsonObject(parsed) ? parsed : { response_action: 'invalid' };
  } catch {
    return { response_action: 'invalid' };
  }
}
