import { expect, test } from 'vitest';
import { withVariables } from '../../src/config/mcp-variables.ts';
import { writes } from '../../src/config/mcp.ts';
import { readTeamFile } from '../../src/config/team-file.ts';
import { connectMcp } from '../../src/main/mcp.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PIN = 'a'.repeat(64);
const read = (text: string) => readTeamFile('sitrep.yaml', text).mcp;

test('servers and their tools are read, closed by default', () => {
  const [server] = read(`mcp: { store: { command: [store], tools: { get: { pin: ${PIN} } } } }`);
  expect(server).toMatchObject({
    name: 'store',
    place: { kind: 'stdio', command: ['store'] },
    variables: {},
  });
  expect(server?.tools).toMatchObject([
    { writes: false, risk: 'high', reversible: false, repeatable: false },
  ]);
});

test.each([
  ['{ url: "http://mcp.example.com/" }', 'https://'],
  ['{ url: "http://127.0.0.1/" }', 'https://'],
  ['{ url: "https://mcp.example.com/", command: [x] }', 'either a command or a url'],
  ['{ tools: {} }', 'either a command or a url'],
  [`{ command: [x], tools: { get: { pin: ${PIN}, write: true } } }`, 'write'],
  ['{ url: "http://mcp.example.com/", allow_private: true }', 'https://'],
  [`{ command: [x], tools: { get: { pin: abc } } }`, 'sitrep mcp pin'],
  [`{ command: [x], tools: { set: { pin: ${PIN}, writes: true, reversible: true } } }`, 'inverse'],
  [
    `{ command: [x], tools: { set: { pin: ${PIN}, writes: true, read_back: { tool: set, expect: { contains: a } } } } }`,
    'only reads',
  ],
  [`{ command: [x], tools: { set: { pin: ${PIN}, writes: true, services: [nowhere] } } }`, 'nowhere'],
])('%s is refused', (server, message) => {
  expect(() => read(`mcp: { store: ${server} }`)).toThrow(message);
});

const SECRET = 'holds a secret';
test.each([
  ['{ url: "https://user:pass@mcp.example.com/" }', `url: ${SECRET} before the host`],
  ['{ url: "https://mcp.example.com/?api_key=abc" }', `url: ${SECRET} in “api_key”`],
  ['{ command: [store, --token=abc] }', `command.1: ${SECRET}`],
  ['{ command: [store, --token, abc] }', `command.2: ${SECRET}`],
  ['{ command: [env, STORE_TOKEN=abc, store] }', `command.1: ${SECRET}`],
  ['{ command: [store, --env=STORE_TOKEN=abc] }', `command.1: ${SECRET}`],
  ['{ command: [store, --header, "X-Api-Key: abc"] }', `command.2: ${SECRET}`],
  ['{ command: [sh, -c, "store --token abc"] }', `command.2: ${SECRET}`],
  [`{ command: [store, ghp_${'a'.repeat(36)}] }`, `command.1: ${SECRET}`],
  [
    `{ command: [x], tools: { get: { pin: ${PIN} }, set: { pin: ${PIN}, writes: true, read_back: { tool: get, arguments: { token: abc }, expect: { contains: a } } } } }`,
    `read_back.token: ${SECRET}`,
  ],
])('%s is refused, as every process would hold the secret', (server, message) => {
  expect(() => read(`mcp: { store: ${server} }`)).toThrow(message);
});

test('a command may name the file of a secret, and what is none', () => {
  const [server] = read(`mcp: { store: { command: [store, --token-file, /run/t, --region=eu, --token] } }`);
  expect(server?.place).toMatchObject({
    command: ['store', '--token-file', '/run/t', '--region=eu', '--token'],
  });
});

test('a command may name the variable of a secret', () => {
  const command = ['sh', '-c', 'store --api-key=${STORE_KEY} --token "$STORE_TOKEN" --key=x'];
  const [server] = read(`mcp: { store: { command: ${JSON.stringify(command)} } }`);
  expect(server?.place).toMatchObject({ command });
});

test('a server with a tool that writes is for the code that acts, and none of its tools for a model', () => {
  const get = `get: { pin: ${PIN} }`;
  const mixed = read(
    `mcp: { store: { command: [x], tools: { ${get}, set: { pin: ${PIN}, writes: true } } } }`,
  );
  const reading = read(`mcp: { store: { command: [x], tools: { ${get} } } }`);
  expect([mixed, reading].map(([server]) => server && writes(server))).toEqual([true, false]);
  const connect = (servers: typeof mixed) =>
    connectMcp(
      { home: temporaryDirectory(), mcp: servers.map((server) => withVariables(server, () => undefined)) },
      { warn: () => {} },
    );
  expect(connect(mixed).reads).toBeNull();
  expect(connect(mixed).calls()).not.toBeNull();
  expect(connect(reading).calls()).toBeNull();
  expect(connect(reading).reads).not.toBeNull();
});
