// Runs PGlite off the main thread: one query would otherwise hold up every webhook and Slack answer.
import { setFlagsFromString } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { messages, PGlite, protocol } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import type { Reply, Request, ResultSet, RunReply, WorkerStart } from './pglite-messages.ts';
import type { WireValue } from './values.ts';
import { messageOf } from '../../incident/text.ts';

// PostgreSQL sizes its caches for a server. These suit one small process; the page cache of the
// operating system stands behind them.
const SETTINGS = ['shared_buffers=16MB', 'wal_buffers=1MB', 'max_wal_size=64MB', 'work_mem=4MB'];

// Without these, V8 compiles PostgreSQL's expression interpreter a second time, for speed, some seconds after
// the start: one function, for which the compiler takes 600 MB and most of a second of a processor. Measured
// without it: peak memory 205 MB instead of 760, queries that only compute up to twice as slow, others alike.
setFlagsFromString('--no-wasm-tier-up');
setFlagsFromString('--no-wasm-dynamic-tiering');

const port = parentPort;
if (port === null) throw new Error('pglite-worker.ts runs only as a worker thread.');
const say = (reply: Reply): void => port.postMessage(reply);

try {
  const database = await open(workerData as WorkerStart);
  database.onNotification((channel, payload) => say({ type: 'notification', channel, payload }));

  // One at a time and in order: the protocol below is a conversation with a single connection.
  let last: Promise<void> = Promise.resolve();
  port.on('message', (request: Request) => {
    last = last.then(() => answer(database, request));
  });
  say({ type: 'ready' });
} catch (error) {
  say({ type: 'failed', message: describe(error) });
}

async function open(start: WorkerStart): Promise<PGlite> {
  return PGlite.create({
    ...(start.directory === undefined ? {} : { dataDir: start.directory }),
    ...(start.image === undefined ? {} : { loadDataDir: new Blob([new Uint8Array(start.image)]) }),
    extensions: { vector },
    startParams: [...PGlite.defaultStartParams, ...SETTINGS.flatMap((setting) => ['-c', setting])],
  });
}

async function answer(database: PGlite, request: Request): Promise<void> {
  try {
    switch (request.do) {
      case 'run':
        say({ type: 'ran', id: request.id, reply: await run(database, request.text, request.values) });
        return;
      case 'dump': {
        const image = new Uint8Array(await (await database.dumpDataDir('gzip')).arrayBuffer());
        say({ type: 'dumped', id: request.id, image });
        return;
      }
      case 'close':
        await database.close();
        say({ type: 'closed', id: request.id });
        return;
      default:
        request satisfies never;
    }
  } catch (error) {
    say({ type: 'broken', id: request.id, message: describe(error) });
  }
}

// The messages node-postgres sends: a simple query without parameters, which may hold several
// statements, and parse-bind-describe-execute with them. PGlite's own query() would convert values by
// rules of its own.
async function run(database: PGlite, text: string, values: WireValue[] | undefined): Promise<RunReply> {
  const { serialize } = protocol;
  const request =
    values === undefined
      ? serialize.query(text)
      : join([
          serialize.parse({ text }),
          serialize.bind({ values }),
          serialize.describe({ type: 'P' }),
          serialize.execute({}),
          serialize.sync(),
        ]);
  return collect(await database.execProtocolStream(request, { throwOnError: false }));
}

function collect(answers: messages.BackendMessage[]): RunReply {
  const reply: RunReply = { sets: [], transaction: 'I' };
  let columns: ResultSet['columns'] = [];
  let rows: ResultSet['rows'] = [];
  for (const message of answers) {
    if (message instanceof messages.RowDescriptionMessage) {
      columns = message.fields.map((field) => ({ name: field.name, oid: field.dataTypeID }));
      rows = [];
    } else if (message instanceof messages.DataRowMessage) {
      rows.push(message.fields);
    } else if (message instanceof messages.CommandCompleteMessage) {
      reply.sets.push({ columns, rows, tag: message.text });
      columns = [];
      rows = [];
    } else if (message instanceof messages.DatabaseError) {
      reply.error ??= { message: message.message, code: message.code, constraint: message.constraint };
    } else if (message instanceof messages.ReadyForQueryMessage) {
      reply.transaction = message.status;
    }
  }
  return reply;
}

function join(parts: Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

// Only the first line: PGlite's errors bring the query, its parameters and pages of its own source.
function describe(error: unknown): string {
  const message = messageOf(error);
  return message.split('\n', 1)[0] ?? 'unknown';
}
