import { incidentName } from '../../../incident/incident.ts';

/** A file to be uploaded into the thread. `comment` is the text beside it; it holds nothing from outside. */
export type SlackFile = { filename: string; title: string; comment: string; content: string };

/**
 * The postmortem draft as a file. `version` stands in its name, by which a file that may have been uploaded
 * already is found again.
 */
export function renderPostmortem(incidentId: number, version: number, markdown: string): SlackFile {
  const name = incidentName(incidentId);
  return {
    filename: `${name.toLowerCase()}-postmortem-v${version}.md`,
    title: `Postmortem draft of ${name}`,
    comment: `The postmortem draft of ${name}. Every line names its time and source; correct what is wrong.`,
    content: markdown,
  };
}
