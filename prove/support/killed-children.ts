import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Sql } from '../../src/adapters/postgres/sql.ts';
import type { Proposal } from '../../src/incident/proposal.ts';
import type { Ask, Done, Reply } from './child-messages.ts';
import { oneLine } from './moments.ts';
import type { Renewed } from './renewed.ts';
import type { Trial } from './property.ts';
import type { World } from './world.ts';

const CHILD = join(import.meta.dirname, 'executor-child.ts');

/**
 * Kills processes that carry out an action, with SIGKILL: when the parent has received a request and does not carry it
 * out, or when it has and does not answer. First at so many moments one after the other, spread over all of them, then
 * at so many at random, half of them with a write that is lost on its way or whose answer is.
 */
export async function killedChildren(
  worlds: Renewed<World>,
  { random, tally }: Trial,
  options: {
    inOrder: number;
    atRandom: number;
    judge: (world: World, proposal: Proposal, moment: string) => Promise<void>;
  },
): Promise<void> {
  const first = await worlds.next();
  const whole = await run(first, await first.proposeApproved(), Number.POSITIVE_INFINITY);
  tally.check(whole.done, () => 'an executor that nobody killed did not come to its end');
  const moments = 2 * whole.requests;
  tally.count('moments of a process', moments);
  const kill = async (moment: number, fate: 'carried out' | 'lost before' | 'lost after'): Promise<void> => {
    const world = await worlds.next();
    const proposal = await world.proposeApproved();
    if (fate !== 'carried out') world.cluster.failNextWrite(fate);
    const { last } = await run(world, proposal, moment);
    await options.judge(world, proposal, `at moment ${moment} of ${moments} (${last}), write ${fate}`);
    tally.count('processes killed');
  };
  const stride = Math.max(1, Math.ceil(moments / options.inOrder));
  for (let moment = 1; moment <= moments; moment += stride) await kill(moment, 'carried out');
  for (let n = 0; n < options.atRandom; n += 1)
    await kill(1 + random.below(moments), FATES[n % FATES.length] ?? 'carried out');
}

/** In every other random kill the write is also lost, before it arrived or after it was carried out. */
const FATES = ['carried out', 'lost after', 'carried out', 'lost before'] as const;

type Run = { requests: number; done: boolean; last: string };

/** Runs one executor until it is done, or kills it at a moment: odd ones before a request is carried out, even ones after. */
async function run(world: World, proposal: Proposal, moment: number): Promise<Run> {
  const child = fork(CHILD, [proposal.id], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const result: Run = { requests: 0, done: false, last: '' };
  const transaction = openTransactions(world);
  let killed = false;
  const kill = (): void => {
    killed = true;
    child.kill('SIGKILL');
  };
  // One request after the other, because a killed process must not have anything carried out behind its back.
  let queue = Promise.resolve();
  child.on('message', (message: Ask | Done) => {
    queue = queue.then(async () => {
      if ('done' in message) result.done = true;
      if ('done' in message || killed) return;
      result.requests += 1;
      result.last = oneLine('text' in message ? message.text : message.op);
      if (moment === 2 * result.requests - 1) return kill();
      const reply = await carryOut(world, transaction, message);
      if (moment === 2 * result.requests) return kill();
      child.send(reply);
    });
  });
  await once(child, 'exit');
  await queue;
  await transaction.abandon();
  return result;
}

async function carryOut(world: World, transaction: Transactions, message: Ask): Promise<Reply> {
  const { id } = message;
  try {
    switch (message.op) {
      case 'query':
        return { id, value: await world.db.query(message.text, message.params) };
      case 'statement':
        return { id, value: await transaction.query(message.text, message.params) };
      case 'begin':
      case 'commit':
      case 'rollback':
        return { id, value: await transaction[message.op]() };
      default:
        return { id, value: await callCluster(world, message.op, message.args) };
    }
  } catch (error) {
    const { message: text, outcome } = error as Error & { outcome?: unknown };
    return { id, error: { message: text, outcome } };
  }
}

function callCluster(
  { cluster }: World,
  op: 'deployment' | 'revisions' | 'patch',
  args: unknown[],
): Promise<unknown> {
  const method = cluster[op] as (...given: unknown[]) => Promise<unknown>;
  return method(...args);
}

type Transactions = ReturnType<typeof openTransactions>;

/** At most one transaction at a time, driven from outside; whoever holds it may vanish. */
function openTransactions({ db }: World) {
  let current: { sql: Sql; commit(): void; abort(): void; ended: Promise<void> } | null = null;

  async function rollback(): Promise<void> {
    const one = current;
    current = null;
    one?.abort();
    await one?.ended.catch(() => undefined);
  }
  return {
    async begin(): Promise<void> {
      const begun = Promise.withResolvers<Sql>();
      const fate = Promise.withResolvers<void>();
      const ended = db.tx(async (sql) => {
        begun.resolve(sql);
        await fate.promise;
      });
      ended.catch(begun.reject);
      const abort = (): void => fate.reject(new Error('rolled back'));
      current = { sql: await begun.promise, commit: fate.resolve, abort, ended };
    },
    async query(text: string, params?: readonly unknown[]) {
      if (!current) throw new Error('There is no transaction.');
      return current.sql.query(text, params);
    },
    async commit(): Promise<void> {
      const one = current;
      current = null;
      one?.commit();
      await one?.ended;
    },
    rollback,
    /** What a server does when a connection is lost. */
    abandon: rollback,
  };
}
