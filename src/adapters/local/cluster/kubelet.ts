import type { EventLog } from './events.ts';
import type { ImageSource } from './image-source.ts';
import { newPod } from './new-pod.ts';
import { freestNode } from './nodes.ts';
import { PORT_ANNOTATION, timestamp, type ContainerState, type Pod, type ReplicaSet } from './objects.ts';
import { startPodProcess, type PodProcess, type PodReport } from './pod-process.ts';
import { key, type State } from './state.ts';

/** Turns pods into processes and writes back into their status what became of them. */
export type Kubelet = {
  create(owner: ReplicaSet): void;
  /** Places the pods that found no node before. */
  placeWaiting(): void;
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
    state.pods.set(key(pod.metadata), pod);
    events.record(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
    place(pod);
  }

  /** Starts the pod on the freest node; where none takes pods it waits, as the scheduler would have it. */
  function place(pod: Pod): void {
    const node = freestNode(state);
    setScheduled(pod, node !== undefined, now());
    state.touch(pod);
    if (node === undefined) {
      const message = `0/${state.nodes.size} nodes are available: all are cordoned`;
      return events.record(pod, 'Warning', 'FailedScheduling', message);
    }
    pod.spec.nodeName = node;
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
    placeWaiting() {
      for (const pod of state.pods.values()) {
        if (pod.spec.nodeName === undefined && pod.metadata.deletionTimestamp === undefined) place(pod);
      }
    },
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

function setScheduled(pod: Pod, scheduled: boolean, now: Date): void {
  const condition = pod.status.conditions.find((one) => one.type === 'PodScheduled');
  if (condition === undefined) return;
  condition.status = scheduled ? 'True' : 'False';
  condition.lastTransitionTime = timestamp(now);
  if (scheduled) delete condition.reason;
  else condition.reason = 'Unschedulable';
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
