import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { webhookBody } from '../rig/alerts.ts';
import { freePort, type Other } from './other.ts';
import { freshTraffic } from './traffic.ts';

/**
 * Node-RED with the flow http in → http request → http response: what comes in is passed on and then
 * acknowledged. Installed from npm into a temporary directory unless `folder` holds it already.
 */
export async function startNodeRed(receiver: string, folder: string | undefined): Promise<Other | string> {
  const home = mkdtempSync(join(tmpdir(), 'sitrep-node-red-'));
  const program = join(folder ?? home, 'node_modules/node-red/red.js');
  if (!existsSync(program)) {
    writeFileSync(join(home, 'package.json'), '{"private":true}');
    const installed = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--silent', 'node-red'], {
      cwd: home,
      timeout: 180_000,
    });
    if (installed.status !== 0) {
      rmSync(home, { recursive: true, force: true });
      return 'Node-RED could not be installed from npm.';
    }
  }
  const port = await freePort();
  writeFileSync(join(home, 'flows.json'), JSON.stringify(flowTo(receiver)));
  writeFileSync(
    join(home, 'settings.js'),
    `module.exports = { uiHost: '127.0.0.1', uiPort: ${port}, flowFile: 'flows.json', httpAdminRoot: false,
      diagnostics: { enabled: false }, telemetry: { enabled: false }, logging: { console: { level: 'fatal' } } };`,
  );
  const child = spawn(process.execPath, [program, '--userDir', home], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  return {
    name: 'node_red',
    target: { url, path: '/alert', headers: '' },
    readyUrl: `${url}/ready`,
    body: (prefix) => {
      const flow = freshTraffic(prefix, new Date());
      return (index) => webhookBody([flow(index)]);
    },
    async stop() {
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('close', resolve));
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function flowTo(receiver: string): object[] {
  const on = { z: 'flow', x: 0, y: 0 };
  return [
    { id: 'flow', type: 'tab', label: 'bench' },
    { id: 'in', type: 'http in', url: '/alert', method: 'post', wires: [['out']], ...on },
    {
      id: 'out',
      type: 'http request',
      method: 'POST',
      ret: 'txt',
      url: receiver,
      persist: true,
      wires: [['end']],
      ...on,
    },
    { id: 'end', type: 'http response', statusCode: '200', wires: [], ...on },
    { id: 'ready', type: 'http in', url: '/ready', method: 'get', wires: [['end']], ...on },
  ];
}
