import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertOf } from '../rig/alerts.ts';
import { freePort, type Other } from './other.ts';
import { freshTraffic } from './traffic.ts';

const PROGRAM = 'prometheus-alertmanager';

/**
 * Debian's Alertmanager, which groups nothing and waits a millisecond, sending to `receiver`. The interval
 * between two messages of a group is left at its default: at a millisecond every alert that it holds would
 * wake it a thousand times a second, and it would collapse after some hundred.
 */
export async function startAlertmanager(receiver: string): Promise<Other | string> {
  if (spawnSync(PROGRAM, ['--version']).status !== 0)
    return 'Alertmanager is not installed (apt-get install prometheus-alertmanager).';
  const home = mkdtempSync(join(tmpdir(), 'sitrep-alertmanager-'));
  const config = `route:
  receiver: bench
  group_by: ['...']
  group_wait: 1ms
  group_interval: 5m
  repeat_interval: 4h
receivers:
  - name: bench
    webhook_configs:
      - { url: '${receiver}', send_resolved: true }
`;
  writeFileSync(join(home, 'alertmanager.yml'), config);
  const port = await freePort();
  const child = spawn(
    PROGRAM,
    [
      `--config.file=${home}/alertmanager.yml`,
      `--storage.path=${home}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
      '--log.level=error',
    ],
    { stdio: 'ignore' },
  );
  const url = `http://127.0.0.1:${port}`;
  const flow = (prefix: string) => freshTraffic(prefix, new Date());
  return {
    name: 'alertmanager',
    target: { url, path: '/api/v2/alerts', headers: '' },
    readyUrl: `${url}/-/ready`,
    // It works out fingerprints itself; a label that differs makes each alert one of its own.
    body: (prefix) => (index) => JSON.stringify([apiAlert(alertOf(flow(prefix)(index)))]),
    async stop() {
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('close', resolve));
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The API takes what the webhook gives, but for status, fingerprint and an end in year 1. */
function apiAlert(alert: object): object {
  const {
    status: _status,
    fingerprint: _fingerprint,
    endsAt: _endsAt,
    ...rest
  } = alert as Record<string, unknown>;
  return rest;
}
