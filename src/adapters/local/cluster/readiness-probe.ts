import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { HttpProbe } from './objects.ts';

/** The default probe's rhythm; Kubernetes has no default probe, but a loopback demo should not wait 10 s. */
const DEFAULT_PERIOD_S = 1;
/** Until a pod is ready for the first time it is asked this often, so that rollouts take no longer than needed. */
const STARTING_PERIOD_MS = 100;

export type ProbeOptions = {
  probe: HttpProbe | undefined;
  port: number;
  signal: AbortSignal;
  /** Called when the verdict changes, and with `false` and a reason at the first failure after readiness. */
  onVerdict(ready: boolean, why: string): void;
};

/** Asks the pod's HTTP endpoint until the signal aborts, and reports when it becomes ready or stops being so. */
export async function probeReadiness({ probe, port, signal, onVerdict }: ProbeOptions): Promise<void> {
  const path = probe?.httpGet?.path ?? '/healthz';
  const periodMs = (probe?.periodSeconds ?? DEFAULT_PERIOD_S) * 1_000;
  const timeoutMs = (probe?.timeoutSeconds ?? 1) * 1_000;
  const failureThreshold = probe?.failureThreshold ?? 3;
  const successThreshold = probe?.successThreshold ?? 1;
  let ready = false;
  let wasReady = false;
  let streak = 0;
  await pause((probe?.initialDelaySeconds ?? 0) * 1_000, signal);
  while (!signal.aborted) {
    const answer = await ask(port, path, timeoutMs);
    if (signal.aborted) return;
    streak = answer.ok === ready ? 0 : streak + 1;
    if (streak >= (ready ? failureThreshold : successThreshold)) {
      ready = !ready;
      wasReady ||= ready;
      streak = 0;
      onVerdict(ready, answer.why);
    }
    // A pod that stopped being ready is asked at the probe's own rhythm; only a starting one is hurried.
    await pause(wasReady ? periodMs : STARTING_PERIOD_MS, signal);
  }
}

function ask(port: number, path: string, timeoutMs: number): Promise<{ ok: boolean; why: string }> {
  return new Promise((resolve) => {
    const req = request({
      host: '127.0.0.1',
      port,
      path,
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
    });
    req.on('response', (res) => {
      res.resume();
      const code = res.statusCode ?? 0;
      resolve({ ok: code >= 200 && code < 400, why: `HTTP probe failed with statuscode: ${code}` });
    });
    req.on('error', (error) =>
      resolve({ ok: false, why: `Get "http://127.0.0.1:${port}${path}": ${error.message}` }),
    );
    req.end();
  });
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
