import type { DocumentKind, KnowledgeDocument } from '../document.ts';
import { plain } from '../text.ts';
import type { Place } from './addresses.ts';
import { readAsciidoc } from './asciidoc.ts';
import type { ReadText } from './block.ts';
import { takeFrontMatter } from './front-matter.ts';
import { readMarkdown } from './markdown.ts';
import { passagesOf } from './passages.ts';
import { readPlainText } from './plain-text.ts';

const FORMATS: readonly [ending: RegExp, read: (text: string, place: Place) => ReadText][] = [
  [/\.(md|markdown|mdx)$/i, readMarkdown],
  [/\.(adoc|asciidoc)$/i, readAsciidoc],
  [/\.(txt|rst)$/i, readPlainText],
];

/** Whether a file of this name holds text that can be read as a document. */
export function isDocument(path: string): boolean {
  return FORMATS.some(([ending]) => ending.test(path));
}

/** A document, and what is wrong with it in whole sentences that begin with its path. */
export type ReadDocument = { document: KnowledgeDocument; problems: string[] };

/**
 * Reads the text of one file: Markdown, AsciiDoc, reStructuredText or plain text, by its ending (anything
 * else as plain text). Pure, deterministic, in time linear to the text, and never throws.
 */
export function readDocument(file: {
  source: string;
  path: string;
  text: string;
  /** Address that paths of the source are appended to; null where the source has none. */
  base: string | null;
  kind?: DocumentKind;
}): ReadDocument {
  const { source, path, base } = file;
  const { front, body } = takeFrontMatter(path, file.text.toWellFormed());
  const read = FORMATS.find(([ending]) => ending.test(path))?.[1] ?? readPlainText;
  const { blocks, header } = read(body, { path, base });
  const title = plain(front.title ?? titleOf(path, blocks), 300);
  return {
    document: {
      source,
      path,
      kind: file.kind ?? 'runbook',
      title,
      link: base === null ? null : `${base}${path.split('/').map(encodeURIComponent).join('/')}`,
      services: [...front.services, ...listed(header['services'])],
      alerts: [...front.alerts, ...listed(header['alerts'])],
      actions: front.actions,
      passages: passagesOf(blocks, title),
    },
    problems: front.problems,
  };
}

const GENERIC =
  /^(read ?me|index|overview|introduction|runbooks?|playbooks?|docs?|documentation|description)$/i;

/** The first heading; where it says nothing of its own, with the folder that the file stands for. */
function titleOf(path: string, blocks: ReadText['blocks']): string {
  const heading = blocks.find((block) => block.kind === 'heading' && block.text !== '');
  const said = heading?.kind === 'heading' ? plain(heading.text, 300) : '';
  const [folder, file = path] = path.split('/').slice(-2);
  const standsForFolder = file !== path && folder !== file && /^(readme|_?index|overview)\.\w+$/i.test(file);
  if (said === '') return path;
  return standsForFolder && GENERIC.test(said) ? `${folder}: ${said}` : said;
}

function listed(text: string | undefined): string[] {
  return (text ?? '').split(',').flatMap((one) => one.trim() || []);
}
