import type { EventLog } from './events.ts';
import type { ImageSource } from './image-source.ts';
import {
  PORT_ANNOTATION,
  timestamp,
  type Condition,
  type ContainerState,
  type Pod,
  type ReplicaSet,
} from './objects.ts';
import { startPodProcess, type PodProcess, type PodReport } from './pod-process.ts';
import { key, newMeta, type State } from './state.ts';
import { nameSuffix } from './template-hash.ts';

/** Turns pods into processes and writes back into their status what became of them. */
export type Kubelet = {
  create(owner: ReplicaSet): void;
  /** Marks the pod as going and ends its process; the pod disappears when the process has. */
  remove(pod: Pod, graceMs?: number): void;
  process(pod: Pod): PodProcess | undefined;
  /** Ends every pod; resolves when no process is left. */
  stop(graceMs: number): Promise<void>;
};

export type KubeletOptions = {
  state: State;
  images: ImageSource;
  events: EventLog;
  now: () => Date;
  /** Environment with the addresses of the services of a namespace. */
  serviceEnv(namespace: string): Record<string, string>;
  /** Called after a pod changed or went, so that its deployment can be looked at again. */
  onChange(pod: Pod): void;
};

/** A kubelet without pods. */
export function startKubelet(options: KubeletOptions): Kubelet {
  const { state, events, now } = options;
  const processes = new Map<string, PodProcess>();
  // Once the cluster stops, a pod that ends must not be replaced.
  let stopped = false;

  function create(owner: ReplicaSet): void {
    if (stopped) return;
    const pod = newPod(owner, now());
    state.touch(pod);
    state.pods.set(key(pod.metadata), pod);
    events.record(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
    const container = pod.spec.containers[0];
    if (container === undefined) throw new Error(`the pod ${pod.metadata.name} has no container`);
    const started = startPodProcess({
      name: pod.metadata.name,
      container,
      images: options.images,
      serviceEnv: () => options.serviceEnv(pod.metadata.namespace),
      onReport(report) {
        if (stopped || pod.metadata.deletionTimestamp !== undefined) return;
        record(pod, report);
        apply(pod, report, now());
        state.touch(pod);
        options.onChange(pod);
      },
    });
    processes.set(pod.metadata.uid, started);
  }

  function record(pod: Pod, report: PodReport): void {
    const image = pod.spec.containers[0]?.image ?? '';
    switch (report.kind) {
      case 'waiting':
        return events.record(
          pod,
          'Warning',
          report.reason === 'CrashLoopBackOff' ? 'BackOff' : 'Failed',
          report.message,
        );
      case 'started':
        return events.record(
          pod,
          'Normal',
          'Started',
          `Started container from image ${image}, process ${report.pid}`,
        );
      case 'ended':
        return events.record(
          pod,
          'Warning',
          'Exited',
          `Container ended with code ${report.last.terminated.exitCode}`,
        );
      case 'readiness':
        if (!report.ready)
          events.record(pod, 'Warning', 'Unhealthy', `Readiness probe failed: ${report.why}`);
        return;
      default:
        report satisfies never;
    }
  }

  async function end(pod: Pod, graceMs: number): Promise<void> {
    await processes.get(pod.metadata.uid)?.stop(graceMs);
    processes.delete(pod.metadata.uid);
    state.pods.delete(key(pod.metadata));
  }

  return {
    create,
    process: (pod) => processes.get(pod.metadata.uid),
    remove(pod, graceMs = pod.spec.terminationGracePeriodSeconds * 1_000) {
      if (pod.metadata.deletionTimestamp !== undefined) return;
      pod.metadata.deletionTimestamp = timestamp(new Date(now().getTime() + graceMs));
      pod.metadata.deletionGracePeriodSeconds = graceMs / 1_000;
      state.touch(pod);
      events.record(pod, 'Normal', 'Killing', `Stopping container ${pod.spec.containers[0]?.name ?? ''}`);
      void end(pod, graceMs).then(() => {
        if (!stopped) options.onChange(pod);
      });
    },
    async stop(graceMs) {
      stopped = true;
      await Promise.all([...state.pods.values()].map((pod) => end(pod, graceMs)));
    },
  };
}

function newPod(owner: ReplicaSet, now: Date): Pod {
  const { template } = owner.spec;
  const at = timestamp(now);
  const container = template.spec.containers[0];
  const condition = (type: string, ok: boolean): Condition => ({
    type,
    status: ok ? 'True' : 'False',
    lastTransitionTime: at,
  });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...newMeta(`${owner.metadata.name}-${nameSuffix(Math.random)}`, owner.metadata.namespace, now),
      labels: { ...template.metadata.labels },
      annotations: { ...template.metadata.annotations },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: owner.metadata.name,
          uid: owner.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: structuredClone(template.spec),
    status: {
      phase: 'Pending',
      podIP: '127.0.0.1',
      hostIP: '127.0.0.1',
      startTime: at,
      conditions: [
        condition('Initialized', true),
        condition('Ready', false),
        condition('ContainersReady', false),
        condition('PodScheduled', true),
      ],
      containerStatuses: [
        {
          name: container?.name ?? '',
          image: container?.image ?? '',
          ready: false,
          restartCount: 0,
          state: { waiting: { reason: 'ContainerCreating' } },
          lastState: {},
        },
      ],
    },
  };
}

/** Writes a report into the pod's status, as the real kubelet words it. */
function apply(pod: Pod, report: PodReport, now: Date): void {
  const container = pod.status.containerStatuses[0];
  if (container === undefined) return;
  switch (report.kind) {
    case 'waiting':
      container.restartCount = report.restartCount;
      container.state = { waiting: { reason: report.reason, message: report.message } };
      return setReady(pod, false, now);
    case 'started':
      pod.status.phase = 'Running';
      container.restartCount = report.restartCount;
      container.state = { running: { startedAt: timestamp(report.at) } };
      pod.metadata.annotations = { ...pod.metadata.annotations, [PORT_ANNOTATION]: String(report.port) };
      return setReady(pod, false, now);
    case 'ended':
      container.state = report.last satisfies ContainerState;
      container.lastState = report.last;
      return setReady(pod, false, now);
    case 'readiness':
      return setReady(pod, report.ready, now);
    default:
      report satisfies never;
  }
}

function setReady(pod: Pod, ready: boolean, now: Date): void {
  const container = pod.status.containerStatuses[0];
  if (container !== undefined) container.ready = ready;
  for (const condition of pod.status.conditions) {
    if (condition.type !== 'Ready' && condition.type !== 'ContainersReady') continue;
    const status = ready ? 'True' : 'False';
    if (condition.status === status) continue;
    condition.status = status;
    condition.lastTransitionTime = timestamp(now);
  }
}
