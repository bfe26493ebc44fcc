import { styleText } from 'node:util';
import { incidentName } from '../incident/incident.ts';
import { describe, type Happening, type JournalEntry } from '../incident/journal.ts';
import { plain } from '../incident/text.ts';

/** What a demo that ended well has measured; milliseconds by the database's clock. */
export type DemoResult = {
  result: 'ok';
  incident: string;
  alert_to_thread_ms: number;
  alert_to_proposal_ms: number;
  approve_to_effect_ms: number;
  recovered: true;
  postmortem: string;
};

export type DemoPrinter = {
  step(text: string): void;
  note(text: string): void;
  entry(entry: JournalEntry): void;
  result(result: DemoResult): void;
  failed(step: string, message: string): void;
};

/** Prints the story: as JSON lines, or for people, with colour and a progress line where there is a terminal. */
export function demoPrinter(json: boolean): DemoPrinter {
  return json ? jsonPrinter() : textPrinter();
}

function jsonPrinter(): DemoPrinter {
  const line = (value: object) => console.log(JSON.stringify(value));
  return {
    step: (text) => line({ step: text }),
    note: (text) => line({ note: text }),
    entry: (entry) => line({ ...entry, text: describe(entry) }),
    result: line,
    failed: (step, message) => line({ result: 'failed', step, message }),
  };
}

function textPrinter(): DemoPrinter {
  const terminal = process.stdout.isTTY;
  const began = performance.now();
  let current = '';
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`.padStart(7);
  // styleText looks at NO_COLOR and at the stream by itself.
  const colour = (style: Parameters<typeof styleText>[0], text: string) =>
    styleText(style, text, { stream: process.stdout });
  const drawProgress = () => {
    if (terminal && current)
      process.stdout.write(`\r\u001b[2K${colour('dim', `${seconds()}  ${current} …`)}`);
  };
  const say = (text: string) => {
    if (terminal) process.stdout.write('\r\u001b[2K');
    console.log(text);
    drawProgress();
  };
  const timer = terminal ? setInterval(drawProgress, 250).unref() : undefined;
  const end = () => {
    clearInterval(timer);
    current = '';
    if (terminal) process.stdout.write('\r\u001b[2K');
  };
  return {
    step(text) {
      current = text;
      say(colour('bold', `${seconds()}  ${text}`));
    },
    note: (text) => say(colour('dim', `${seconds()}    ${text}`)),
    entry(entry) {
      const who = entry.actor === 'sitrep' ? '' : colour('dim', ` [${plain(entry.actor, 40)}]`);
      say(`${seconds()}    ${colour(styleOf(entry.kind), plain(describe(entry), 300))}${who}`);
    },
    result(result) {
      end();
      console.log('');
      console.log(
        colour(
          'green',
          `${incidentName(Number(result.incident.slice(4)))}: the shop has recovered, and that was verified.`,
        ),
      );
      console.log(`  alert → thread      ${result.alert_to_thread_ms} ms`);
      console.log(`  alert → proposal    ${result.alert_to_proposal_ms} ms`);
      console.log(`  approval → effect   ${result.approve_to_effect_ms} ms`);
      console.log(`  postmortem draft    ${result.postmortem}`);
    },
    failed(step, message) {
      end();
      console.error(colour('red', `The demo failed at “${step}”: ${message}`));
    },
  };
}

function styleOf(kind: Happening['kind']): 'red' | 'yellow' | 'cyan' | 'green' | 'reset' {
  if (kind === 'alert.fired' || kind === 'incident.opened') return 'red';
  if (kind.startsWith('proposal.') || kind.startsWith('approval.')) return 'yellow';
  if (kind.startsWith('action.')) return 'cyan';
  if (kind === 'alert.resolved' || kind === 'verification.ended' || kind === 'postmortem.drafted')
    return 'green';
  return 'reset';
}
