// The program of the images in images.ts; plain JavaScript, as a pod starts without type stripping.
import { createServer } from 'node:http';

const { IMAGE, PORT, HOSTNAME } = process.env;
console.log(`${IMAGE} starts as ${HOSTNAME}`);

if (IMAGE === 'test:crash') process.exit(3);

let unready = IMAGE === 'test:unready';

const server = createServer((request, response) => {
  console.log(`${request.method} ${request.url}`);
  if (request.url === '/fail-health') unready = true;
  if (request.url === '/healthz' && unready) response.writeHead(503);
  const body = JSON.stringify({ image: IMAGE, pod: HOSTNAME, pid: process.pid, env: process.env });
  response.end(body, () => {
    if (request.url !== '/block') return;
    for (;;);
  });
}).listen(Number(PORT), '127.0.0.1');

// A well-behaved service finishes what it has begun; the stubborn one never ends by itself.
process.on('SIGTERM', () => {
  if (IMAGE !== 'test:stubborn') server.close(() => process.exit(0));
});
