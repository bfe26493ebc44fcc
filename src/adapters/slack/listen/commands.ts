import type { App } from '@slack/bolt';
import { answerCommand } from '../commands/answer.ts';
import { parseCommand } from '../commands/parse.ts';
import { tellOutcome, type Say } from '../say.ts';
import type { Listening } from './context.ts';

/** The one slash command, as the manifest names it. */
export const SLASH_COMMAND = '/sitrep';

/** Answers the slash command; any other that Slack might send here is told that it is unknown. */
export function listenForCommands(app: App, listening: Listening): void {
  app.command(/.*/s, async ({ ack, command, respond }) => {
    if (command.command !== SLASH_COMMAND) {
      return ack({
        response_type: 'ephemeral',
        text: `Sitrep only knows ${SLASH_COMMAND}. Try ${SLASH_COMMAND} help.`,
      });
    }
    await ack();
    const say: Say = async ({ text, blocks }) => {
      try {
        await respond({ response_type: 'ephemeral', replace_original: false, text, blocks });
      } catch (error) {
        listening.log.warn(
          { error: error instanceof Error ? error.message : 'unknown' },
          'An answer could not be given in Slack',
        );
      }
    };
    await tellOutcome(say, listening.log, async () => {
      return answerCommand(
        listening,
        { person: command.user_id, here: null },
        parseCommand(command.text ?? ''),
      );
    });
  });
}
