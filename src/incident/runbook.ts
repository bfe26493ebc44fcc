import { z } from 'zod';
import { parse as parseYaml } from 'yaml';
import { toolNames } from './action.ts';
import type { RunbookAction } from './evidence.ts';

const list = z.array(z.string()).default([]);

/** The front matter of a runbook: what it is about and which typed actions it recommends. */
const frontMatterSchema = z.strictObject({
  title: z.string().min(1),
  services: list,
  alerts: list,
  actions: z
    .array(
      z.strictObject({
        tool: z.enum(toolNames),
        service: z.string().optional(),
        replicas: z.int().min(1).max(100).optional(),
      }),
    )
    .default([]),
});

/** One part of a runbook under its heading; the unit of search and of quotation. */
export type Passage = { position: number; heading: string; body: string };

export type Runbook = {
  path: string;
  title: string;
  services: string[];
  alerts: string[];
  actions: RunbookAction[];
  passages: Passage[];
};

/** Longer parts are cut at paragraphs, because a quote must fit a message. */
const MAX_PASSAGE = 1200;

/**
 * Reads one Markdown runbook with YAML front matter. Throws with the field that is wrong.
 * Headings inside fenced code are text, not headings.
 */
export function readRunbook(path: string, text: string): Runbook {
  const match = /^---\r?\n([\s\S]*?)\r?\n---\r?\n?([\s\S]*)$/.exec(text);
  const front = match ? frontMatterSchema.safeParse(parseYaml(match[1] ?? '')) : null;
  if (front && !front.success) {
    const [issue] = front.error.issues;
    throw new Error(
      `${path}: front matter: ${issue?.path.join('.') || 'the block'}: ${issue?.message}. ` +
        'Known fields are title, services, alerts and actions (tool, service, replicas).',
    );
  }
  const body = match ? (match[2] ?? '') : text;
  const title = front?.data.title ?? /^#\s+(.+)$/m.exec(body)?.[1] ?? path;
  return {
    path,
    title,
    services: front?.data.services ?? [],
    alerts: front?.data.alerts ?? [],
    actions: front?.data.actions ?? [],
    passages: split(body, title),
  };
}

function split(body: string, title: string): Passage[] {
  const parts: { heading: string; lines: string[] }[] = [{ heading: title, lines: [] }];
  let fenced = false;
  for (const line of body.split(/\r?\n/)) {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
    const heading = fenced ? null : /^#{1,6}\s+(.+?)\s*#*$/.exec(line);
    if (heading) parts.push({ heading: heading[1] ?? title, lines: [] });
    else parts.at(-1)?.lines.push(line);
  }
  return parts
    .flatMap(({ heading, lines }) => chunks(lines.join('\n').trim()).map((text) => ({ heading, body: text })))
    .map((passage, position) => ({ position, ...passage }));
}

function chunks(text: string): string[] {
  const found: string[] = [];
  let current = '';
  for (const paragraph of text.split(/\n{2,}/)) {
    if (current && current.length + paragraph.length > MAX_PASSAGE) {
      found.push(current);
      current = '';
    }
    current = current ? `${current}\n\n${paragraph}` : paragraph;
  }
  return current.trim() ? [...found, current] : found;
}
