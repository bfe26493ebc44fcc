import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Proposal } from '../../src/incident/proposal.ts';
import { removeStopFile, stopOutside, writeStopFile } from '../../src/main/stop-file.ts';
import { APPROVER, ONCALL } from '../../test/support/loop.ts';
import { onlyOrdered, orderedUndoApproved } from './ordered-undo.ts';
import { oneLine, watchedCluster, watchedDatabase } from '../support/moments.ts';
import type { Property, Scale, Trial } from '../support/property.ts';
import { renewed, type Renewed } from '../support/renewed.ts';
import { carryOut, openWorld, UNFINISHED, type StageOptions, type World } from '../support/world.ts';

type Seams = Pick<StageOptions, 'wrapStore' | 'outsideStop'>;

type How = 'the row' | 'the row, saying undo' | 'the file' | 'the file, database away';

/**
 * The switch is pulled at every moment of an action's way. What matters is which came first: the commit of the
 * switch, or the commit of the intent to write. A write whose intent was on record before may still go out.
 */
export const killSwitch: Property<Seams> = {
  name: 'kill switch',
  claim:
    'Once the switch is pulled no write begins whose intent was not on record before, but for the approved undo of what the stop names, and only an approver can release it.',
  parts: { quick: 1, ci: 1, full: 2 },
  async run(trial, seams = {}) {
    const { part } = trial;
    const home = mkdtempSync(join(tmpdir(), 'sitrep-prove-'));
    const open = () => openWorld({ outsideStop: stopOutside(false, home), ...seams });
    const worlds = renewed(open, MOST_IN_A_WORLD);
    try {
      const mine = PULLS.filter((_, index) => index % part.of === part.index);
      for (const { how, subject } of mine) await pullEverywhere(trial, worlds, home, how, subject);
      if (part.index > 0) return;
      const world = await worlds.next();
      await onlyOrdered(trial, world);
      await release(trial, world);
      await environment(trial, world);
    } finally {
      await worlds.close();
      rmSync(home, { recursive: true });
    }
  },
};

/** A stop looks at all that was done before for its undo. */
const MOST_IN_A_WORLD = 50;

type Subject = {
  name: string;
  of(world: World): Promise<Proposal>;
  everyMoments: Record<Scale, number>;
};

const ACTION: Subject = {
  name: 'an action',
  of: (world) => world.proposeApproved(),
  everyMoments: { quick: 24, ci: 4, full: 1 },
};

/** It may pass the stop that named it, and none that comes later. */
const UNDO: Subject = {
  name: 'an ordered undo',
  of: orderedUndoApproved,
  everyMoments: { quick: 40, ci: 8, full: 1 },
};

const PULLS: readonly { how: How; subject: Subject }[] = [
  { how: 'the row', subject: UNDO },
  { how: 'the row', subject: ACTION },
  { how: 'the row, saying undo', subject: ACTION },
  { how: 'the file', subject: UNDO },
  { how: 'the file, database away', subject: UNDO },
  { how: 'the file', subject: ACTION },
  { how: 'the file, database away', subject: ACTION },
];

async function pullEverywhere(
  { tally, size }: Trial,
  worlds: Renewed<World>,
  home: string,
  how: How,
  subject: Subject,
): Promise<void> {
  // Whoever pulls it does so from outside of the transaction that may be open at that moment.
  const outside = AsyncLocalStorage.snapshot();
  for (let moment = 1; ; moment += size(subject.everyMoments)) {
    const world = await worlds.next();
    const proposal = await subject.of(world);
    const writtenBefore = world.cluster.writes.length;
    const course: string[] = [];
    let passed = 0;
    let pulled = null as Promise<unknown> | null;
    let where = 'never';
    const away = (): boolean => how === 'the file, database away' && pulled !== null;
    const watch = async (what: string, when: 'before' | 'after'): Promise<void> => {
      passed += 1;
      // What has happened by this moment was before the switch.
      if (when === 'after' && /set sent_at/.test(what)) course.push('intent written');
      if (when === 'after' && what === 'transaction' && course.includes('intent written')) {
        if (!course.includes('intent committed')) course.push('intent committed');
      }
      if (passed === moment) {
        where = `${when} ${oneLine(what)}`;
        pulled = outside(() => pull(world, home, how, course));
      }
      // The switch waits for no moment but for a transaction that it must not overtake.
      if (when === 'after' && what === 'transaction') await pulled;
      if (when === 'before' && what === 'write') course.push('write begins');
      if (away() && !['write', 'read deployment', 'read revisions'].includes(what))
        throw new Error('the database is away');
    };
    const replica = await world.replica(
      { cluster: watchedCluster(world.cluster, watch) },
      watchedDatabase(world.db, watch),
    );
    await carryOut(replica, proposal.id).catch((error: unknown) => {
      if (!away()) throw error;
    });
    await pulled;
    // What is left is gone on with while the switch is still pulled.
    let state = await carryOut(world.stage, proposal.id);
    for (let waited = 0; UNFINISHED.includes(state) && waited < 60; waited += 5) {
      await world.pass(5);
      state = await carryOut(world.stage, proposal.id);
    }
    const wasPulled = pulled !== null;
    await putBack(world, home);
    if (!wasPulled) return;
    const begun = course.indexOf('write begins');
    const intent = course.indexOf(how.startsWith('the row') ? 'intent committed' : 'intent written');
    const stop = course.indexOf('stopped');
    const what = `${how} pulled ${where}, of ${subject.name}: ${course.join(', ')}; ended as ${state}`;
    tally.check(begun < 0 || stop < 0 || (intent >= 0 && intent < stop), () => what);
    tally.check(
      world.cluster.writes.length - writtenBefore <= (intent >= 0 ? 1 : 0),
      () => `${what}; written ${world.cluster.writes.length - writtenBefore} times`,
    );
    tally.check(!UNFINISHED.includes(state), () => what);
    tally.count(`pulled by ${how}`);
    tally.count(begun < 0 ? 'writes held back' : 'writes that had begun before');
  }
}

/** Says `stopped` in the course of events at the moment from which it holds. */
async function pull(world: World, home: string, how: How, course: string[]): Promise<void> {
  if (how === 'the row') await world.stage.loop.stop({ person: ONCALL, why: 'test' });
  else if (how === 'the row, saying undo')
    await world.stage.loop.stop({ person: ONCALL, why: 'test', undoLastS: 86_400 });
  else writeStopFile(home, 'test');
  course.push('stopped');
}

async function putBack(world: World, home: string): Promise<void> {
  removeStopFile(home);
  await world.stage.loop.resume({ person: APPROVER });
}

/** Nobody but a listed approver releases it, and while it is pulled nothing can be approved. */
async function release({ tally }: Trial, world: World): Promise<void> {
  await world.stage.loop.stop({ person: 'U0ANYBODY', why: 'test' });
  for (const person of [ONCALL, 'U0ANYBODY', 'sitrep', 'policy', '', 'U0SITREP']) {
    const answer = await world.stage.loop.resume({ person });
    tally.check(!answer.ok, () => `“${person}” released the switch`);
    tally.check(
      (await world.stage.transaction((store) => store.stopped())) !== null,
      () => `“${person}” released the switch`,
    );
  }
  const proposal = await world.propose();
  const answer = await world.stage.loop.approve({
    proposalId: proposal.id,
    digest: proposal.digest,
    person: APPROVER,
  });
  tally.check(!answer.ok, () => 'an approval was taken while everything was stopped');
  await putBack(world, '/nonexistent');
  const again = await world.stage.loop.approve({
    proposalId: proposal.id,
    digest: proposal.digest,
    person: APPROVER,
  });
  const state = await carryOut(world.stage, proposal.id);
  tally.check(
    again.ok && state === 'succeeded',
    () => `after its release an approved action ended as ${state}`,
  );
}

/** SITREP_STOP=1 holds for a process from its start. */
async function environment({ tally }: Trial, world: World): Promise<void> {
  const proposal = await world.proposeApproved();
  const stopped = await world.replica({ outsideStop: stopOutside(true, '/nonexistent') });
  await carryOut(stopped, proposal.id);
  tally.check(world.cluster.writes.length === 0, () => 'a process with SITREP_STOP=1 wrote');
}
