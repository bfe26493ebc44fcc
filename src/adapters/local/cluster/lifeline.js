// Preloaded into every pod (NODE_OPTIONS=--import): when the cluster's process is gone, however it went, the
// pod ends too. File descriptor 3 is one end of a socket pair whose other end only the cluster holds, so the
// kernel closes it even after kill -9. The watch runs in a thread of its own because a pod may be busy for
// minutes in one regular expression, and a busy event loop would never see the end of the pipe.
// Plain JavaScript, so that no pod pays for type stripping at its start.
import { Socket } from 'node:net';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

const ROLE = 'sitrep-lifeline';

if (isMainThread) {
  // The pod's own children have no such pipe and must not look for one.
  delete process.env.NODE_OPTIONS;
  new Worker(new URL(import.meta.url), { workerData: ROLE, execArgv: [], env: {} }).unref();
} else if (workerData === ROLE) {
  const end = () => process.kill(process.pid, 'SIGKILL');
  new Socket({ fd: 3, readable: true, writable: false }).on('close', end).on('error', end).resume();
}
