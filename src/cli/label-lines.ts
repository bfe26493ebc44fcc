import { z } from 'zod';
import { caseLines } from './case-lines.ts';
import { counted } from '../incident/text.ts';

/** Right answers by the id of their case; empty where no answer can be right. */
export type Labels = ReadonlyMap<string, readonly string[]>;

export const LABEL_SHAPES = '{"query_id" or "case_id" or "id", "right": […]}';

/** What is right, by the name that the labels of each command use as well as by the one that all share. */
const Label = z
  .object({
    query_id: z.string().optional(),
    case_id: z.string().optional(),
    id: z.string().optional(),
    right: z.array(z.string()).optional(),
    culprits: z.array(z.string()).optional(),
    files: z.array(z.string()).optional(),
    root_cause_commit: z.string().optional(),
  })
  .transform((line, context) => {
    const id = line.query_id ?? line.case_id ?? line.id;
    const commit = line.root_cause_commit === undefined ? undefined : [line.root_cause_commit];
    const right = line.right ?? line.culprits ?? line.files ?? commit;
    if (id === undefined) context.addIssue('it names no query_id, case_id or id');
    if (right === undefined) context.addIssue('it has no right, culprits, files or root_cause_commit');
    return { id: id ?? '', right: right ?? [] };
  });

/** Throws what the file system says, and where no line is a label; other lines are named and left out. */
export async function readLabels(file: string): Promise<Labels> {
  const lines = caseLines(file, Label, ({ id }) => id);
  const labels = new Map<string, readonly string[]>();
  for await (const { id, right } of lines) labels.set(id, right);
  if (lines.leftOut() > 0) console.error(`${file}: ${counted(lines.leftOut(), 'line')} left out`);
  return labels;
}

/** What is right for a case. An alert that is asked with and without its name is one alert to the labels. */
export function rightOf(labels: Labels, id: string): readonly string[] | undefined {
  return labels.get(id) ?? labels.get(id.replace(/#(?:no)?name$/, ''));
}
