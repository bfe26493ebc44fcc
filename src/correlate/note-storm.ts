import {
  judgeStorm,
  receivedRecently,
  roomForRoots,
  sampled,
  type Minutes,
  type Ongoing,
  type Sample,
} from './storm.ts';

export type StormReading = {
  now: Date;
  storm: (Ongoing & { id: number }) | null;
  samples: Sample[];
  minutes: Minutes;
  /** Incidents opened in the last minute. */
  opened: number;
};

/** What noticing a storm needs of the database; each is one small statement. */
export interface StormStore {
  readStorm(): Promise<StormReading>;
  saveStormSamples(samples: Sample[]): Promise<void>;
  /** Alerts in an ordinary minute of the last hours, the last minutes left out; null where too few are known. */
  usualPerMinute(): Promise<number | null>;
  /** Null where another process was faster. Roots that wait beyond the room there is are held back from now on, critical ones excepted. */
  openStorm(why: string, usual: number | null, room: number): Promise<number | null>;
  saveStormCalm(stormId: number, calmSince: Date | null): Promise<void>;
  /** Lets the held roots go whose incidents still go on; the others have had their line in the storm's message. */
  endStorm(stormId: number): Promise<void>;
  /**
   * Notes that incidents belong to a storm. Those of their roots for which there is no room beside the roots
   * that wait already are held back, critical ones excepted: they stand in the storm's message.
   */
  joinStorm(stormId: number, incidentIds: number[], room: number): Promise<void>;
  /** Has the storm's message brought up to date. */
  refreshStorm(stormId: number): Promise<void>;
}

// Below this no rate can be a storm, so what is usual need not be read.
const WORTH_COMPARING = 100;

/**
 * Notices that a storm begins, goes on or ends, and sees to the incidents that were opened in it. To be called
 * at the end of each pass of placing, in its transaction, and each second while nothing comes in: a flood
 * that stops makes no noise. Takes two small reads and writes while all is calm.
 */
export async function noteStorm(store: StormStore, { opened }: { opened: number[] }): Promise<void> {
  const reading = await store.readStorm();
  const { now, minutes, storm } = reading;
  const samples = sampled(reading.samples, minutes, now);
  if (samples !== reading.samples) await store.saveStormSamples(samples);
  const recent = receivedRecently(samples, minutes, now);
  const usual = storm === null && recent >= WORTH_COMPARING ? await store.usualPerMinute() : null;
  const room = roomForRoots(reading);
  const verdict = judgeStorm({ at: now, recent, opened: reading.opened, usual }, storm);
  switch (verdict.kind) {
    case 'calm':
      return;
    case 'begins': {
      const id = await store.openStorm(verdict.why, usual, room);
      if (id !== null) await store.joinStorm(id, opened, room);
      return;
    }
    case 'goes-on':
    case 'ends': {
      if (storm === null) return;
      await store.joinStorm(storm.id, opened, room);
      if (verdict.kind === 'ends') return store.endStorm(storm.id);
      if (verdict.calmSince?.getTime() !== storm.calmSince?.getTime())
        await store.saveStormCalm(storm.id, verdict.calmSince);
      return store.refreshStorm(storm.id);
    }
    default:
      return verdict satisfies never;
  }
}
