// The program of the images in images.ts; plain JavaScript, as a pod starts without type stripping.
import { createServer } from 'node:http';

const { IMAGE, PORT, HOSTNAME } = process.env;
console.log(`${IMAGE} starts as ${HOSTNAME}`);

if (IMAGE === 'test:crash') process.exit(3);
if (IMAGE === 'test:stubborn') process.on('SIGTERM', () => console.log('not yet'));

let unready = IMAGE === 'test:unready';

createServer((request, response) => {
  console.log(`${request.method} ${request.url}`);
  if (request.url === '/fail-health') unready = true;
  if (request.url === '/healthz' && unready) response.writeHead(503);
  const body = JSON.stringify({ image: IMAGE, pod: HOSTNAME, pid: process.pid, env: process.env });
  response.end(body, () => {
    if (request.url !== '/block') return;
    for (;;);
  });
}).listen(Number(PORT), '127.0.0.1');
