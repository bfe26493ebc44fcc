import { targetServices } from '../incident/target-services.ts';
import { plain } from '../incident/text.ts';
import { readTypedAction } from '../incident/typed-action.ts';
import type { LoopPorts } from './ports.ts';

/**
 * Which revisions are kept of the deployment that a refused rollback names, as a sentence for whoever typed no number;
 * empty where that is not what was wrong, or where they cannot be told.
 */
export async function keptRevisions(
  { world, catalogue }: Pick<LoopPorts, 'world' | 'catalogue'>,
  words: readonly string[],
): Promise<string> {
  if (!world.cluster || !words.some((one) => one.startsWith('revision='))) return '';
  // With a number in its place all else must be right.
  const typed = readTypedAction(words.map((one) => (one.startsWith('revision=') ? 'revision=1' : one)));
  if (!typed.ok || typed.value.action.tool !== 'kubernetes.rollback') return '';
  if ((targetServices(catalogue, typed.value.action) ?? []).length === 0) return '';
  const { namespace, deployment } = typed.value.action.arguments;
  try {
    const kept = (await world.cluster.revisions(namespace, deployment)).map(({ revision }) => revision);
    return kept.length === 0 ? '' : ` Kept of ${plain(deployment, 60)}: ${kept.join(', ')}.`;
  } catch {
    // Whoever asks has made a mistake anyway; that it cannot be made up for is not worth another error.
    return '';
  }
}
