import { startCluster } from '../../src/adapters/local/cluster/server.ts';
import { testImages } from './images.ts';

/**
 * A cluster in a process of its own, to be killed: with one idle pod and one whose event loop is blocked for
 * ever. Prints the process ids of both as one line of JSON when they run.
 */
const [home = ''] = process.argv.slice(2);
const cluster = await startCluster({
  home,
  images: testImages,
  log: { info: () => undefined, error: (fields) => console.error(fields) },
});

async function call(method: string, path: string, body?: object): Promise<any> {
  const response = await fetch(cluster.url + path, {
    method,
    headers: { authorization: `Bearer ${cluster.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.json();
}

const pids: number[] = [];
for (const [name, path] of [
  ['idle', '/'],
  ['busy', '/block'],
]) {
  await call('POST', '/apis/apps/v1/namespaces/shop/deployments', {
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'main', image: 'test:busy' }] },
      },
    },
  });
  pids.push(await firstAnswer(String(name), String(path)));
}
console.log(JSON.stringify(pids));

async function firstAnswer(name: string, path: string): Promise<number> {
  for (;;) {
    const { items } = await call('GET', '/api/v1/namespaces/shop/services');
    const port = items.find((item: any) => item.metadata.name === name).spec.ports[0].port;
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    const body: any = await response.json();
    if (response.ok) return body.pid;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
