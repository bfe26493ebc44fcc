import type { Answer, Desk, Reading } from '../../src/adapters/slack/desk.ts';
import { aQuietReport } from './bulletins.ts';
import { heldBack } from '../../src/incident/held-back.ts';
import type { Stopped } from '../../src/incident/stop.ts';
import type { IncidentView } from '../../src/incident/view.ts';

export type DeskCall = { name: keyof Desk; request: object };

/** A desk that writes down what it was asked and agrees. */
export function fakeDesk(): Desk & { asked: DeskCall[]; answer: Answer; before: () => Promise<void> } {
  const asked: DeskCall[] = [];
  const take =
    (name: keyof Desk) =>
    async (request: object): Promise<Answer> => {
      await desk.before();
      asked.push({ name, request });
      return desk.answer;
    };
  const desk = {
    asked,
    answer: { ok: true, text: 'Done.' },
    before: async () => undefined,
    approve: take('approve'),
    reject: take('reject'),
    propose: take('propose'),
    undo: take('undo'),
    label: take('label'),
    note: take('note'),
    resolve: take('resolve'),
    silence: take('silence'),
    unsilence: take('unsilence'),
    refused: async (request: object) => void asked.push({ name: 'refused', request }),
    stop: take('stop'),
    resume: take('resume'),
  };
  return desk;
}

/** A reading of the given views; incident 12 stands in channel C1 at ts 1.1. */
export function fakeReading(views: IncidentView[]): Reading & { isStopped: Stopped | null } {
  const incidents = views.map((view) => view.incident);
  const reading: ReturnType<typeof fakeReading> = {
    isStopped: null,
    view: async (id) => views.find((view) => view.incident.id === id) ?? null,
    ongoing: async () => incidents.filter(({ state }) => state !== 'resolved' && state !== 'closed'),
    latest: async (limit) => incidents.slice(0, limit),
    awaiting: async () =>
      views.flatMap(({ proposals, incident }) =>
        proposals.filter(({ state }) => state === 'proposed').map((proposal) => ({ proposal, incident })),
      ),
    heldBack: async () =>
      new Map(
        views.flatMap(({ incident, journal }) => {
          const held = heldBack(journal);
          return held ? [[incident.id, held] as const] : [];
        }),
      ),
    postmortem: async () => '# Postmortem',
    bulletin: async () => null,
    quietLately: async () => aQuietReport(),
    stopped: async () => reading.isStopped,
    quieted: async () => ({ silences: [], maintenance: [] }),
    incidentOfThread: async (channel, ts) => (channel === 'C1' && ts === '1.1' ? 12 : null),
    threadOf: async (id) => (id === 12 ? { channel: 'C1', ts: '1.1' } : null),
  };
  return reading;
}
