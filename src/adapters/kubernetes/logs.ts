import type { LogEntry, LogReader } from '../../enrich/observe.ts';
import type { KubernetesClient } from './client.ts';
import type { Pod } from './schema.ts';

/** The pods of one deployment do the same; a few of them show what goes wrong. */
const MOST_PODS = 3;
const TAIL_LINES = 300;

/** Reads the last lines of some pods of a service; those that are not ready, and what ran before a restart, first. */
export function podLogs(client: KubernetesClient): LogReader {
  async function read(pod: Pod, previous: boolean, sinceSeconds: number): Promise<LogEntry[]> {
    const { namespace, name } = pod.metadata;
    const container = pod.spec.containers[0]?.name;
    const text = await client.readPodLog(namespace, name, {
      tailLines: TAIL_LINES,
      sinceSeconds,
      previous,
      timestamps: true,
      ...(container ? { container } : {}),
    });
    return text.split('\n').flatMap(entryOf);
  }

  return {
    async lines(service, since) {
      if (!service.kubernetes) return [];
      const { namespace, deployment } = service.kubernetes;
      const { spec } = await client.getDeployment(namespace, deployment);
      const pods = (await client.listPods(namespace, spec.selector.matchLabels))
        .toSorted((a, b) => Number(isReady(a)) - Number(isReady(b)))
        .slice(0, MOST_PODS);
      const sinceSeconds = Math.max(1, Math.ceil((Date.now() - since.getTime()) / 1000));
      const found = await Promise.all(
        pods.flatMap((pod) => [
          // A pod that has just been replaced has no log any more; the others have.
          read(pod, false, sinceSeconds).catch(() => null),
          ...(hasRestarted(pod) ? [read(pod, true, sinceSeconds).catch(() => null)] : []),
        ]),
      );
      const readable = found.filter((one) => one !== null);
      if (found.length > 0 && readable.length === 0) throw new Error('no pod has a log that can be read');
      return readable.flat().sort((a, b) => (a.at?.getTime() ?? 0) - (b.at?.getTime() ?? 0));
    },
  };
}

function isReady({ status }: Pod): boolean {
  return status.containerStatuses.every(({ ready }) => ready);
}

function hasRestarted({ status }: Pod): boolean {
  return status.containerStatuses.some(({ restartCount }) => restartCount > 0);
}

/** `2026-03-04T03:00:00.123456789Z text`, as the API server writes it. */
function entryOf(line: string): LogEntry[] {
  const [, stamp, text = line] = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) (.*)$/.exec(line) ?? [];
  if (text.trim() === '') return [];
  return [{ at: stamp === undefined ? null : new Date(stamp), text }];
}
