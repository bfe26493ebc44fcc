import type { Via } from '../../incident/journal.ts';
import type { Answer, Desk } from './desk.ts';
import type { WhyNot } from './standing.ts';

/**
 * The desk, for people who are who Slack says and may decide now. Whoever is turned away is put on record. Stopping
 * all actions is open to everybody: it must work when Slack tells nothing, too.
 */
export function checkedDesk(desk: Desk, whyNot: WhyNot, via: Via): Desk {
  const checked =
    <R extends { person: string }>(asked: string, act: (request: R) => Promise<Answer>) =>
    async (request: R): Promise<Answer> => {
      const why = await whyNot(request.person);
      if (why === null) return act(request);
      const proposalId =
        'proposalId' in request && typeof request.proposalId === 'string' ? request.proposalId : null;
      await desk.refused({ person: request.person, asked, why, proposalId, via });
      return { ok: false, text: why };
    };
  return {
    ...desk,
    approve: checked('approve', (request) => desk.approve({ ...request, via })),
    reject: checked('reject', (request) => desk.reject({ ...request, via })),
    propose: checked('propose', desk.propose),
    undo: checked('undo', desk.undo),
    resolve: checked('resolve', desk.resolve),
    silence: checked('silence', desk.silence),
    unsilence: checked('unsilence', desk.unsilence),
    stop: (request) => desk.stop({ ...request, via }),
    resume: checked('resume', desk.resume),
  };
}
