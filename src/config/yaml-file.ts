import { LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';

/** A mistake in a configuration file or variable; the message says where it is and what to write instead. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** A configuration file in YAML: what it says, and its mistakes with the line on which they stand. */
type YamlFile = {
  value: unknown;
  mistake(path: readonly PropertyKey[], message: string): ConfigError;
  /** The first thing that a schema found. */
  mistakeOf(error: z.ZodError): ConfigError;
};

/** Throws `ConfigError` where the text is no YAML. */
export function readYaml(file: string, text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken) {
    throw new ConfigError(
      `${file}:${lines.linePos(broken.pos[0]).line}: ${broken.message.replace(/[.:\s]*$/, '.')} Correct the YAML and start again.`,
    );
  }
  const at = (path: readonly PropertyKey[]) => `${file}:${lineOf(document, lines, path)}`;
  return {
    value: document.toJS(),
    mistake: (path, message) => new ConfigError(`${at(path)}: ${path.join('.')}: ${message}`),
    mistakeOf({ issues: [issue] }) {
      const path = issue?.path ?? [];
      const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
      const place = at(unknown === undefined ? path : [...path, unknown]);
      return new ConfigError(`${place}: ${path.join('.') || 'top level'}: ${issue?.message}. ${hint(issue)}`);
    },
  };
}

/** The line of the deepest part of the path that exists. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as
      { range?: [number, number, number] } | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function hint(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'unrecognized_keys')
    return 'Remove it or correct its spelling; docs/configuration.md lists every key.';
  return 'docs/configuration.md shows what belongs there.';
}
