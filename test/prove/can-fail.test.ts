import { describe, expect, it } from 'vitest';
import { renderCard } from '../../src/incident/card.ts';
import { literal } from '../../src/incident/literal.ts';
import type { Store } from '../../src/adapters/postgres/store/store.ts';
import { approve } from '../../src/decide/decide.ts';
import { verifyChain } from '../../src/incident/verify-chain.ts';
import { questionOf } from '../../src/incident/question.ts';
import type { AuditLine } from '../../src/incident/audit-chain.ts';
import { audit } from '../../prove/properties/audit.ts';
import { authenticity } from '../../prove/properties/authenticity.ts';
import { consent } from '../../prove/properties/consent.ts';
import { crash } from '../../prove/properties/crash.ts';
import { killSwitch } from '../../prove/properties/kill-switch.ts';
import { mediation } from '../../prove/properties/mediation.ts';
import { outbound } from '../../prove/properties/outbound.ts';
import { pinnedTools } from '../../prove/properties/pinned-tools.ts';
import { plans } from '../../prove/properties/plans.ts';
import { rendering } from '../../prove/properties/rendering.ts';
import { twoPerson } from '../../prove/properties/two-person.ts';
import { verification } from '../../prove/properties/verification.ts';
import { examine } from '../../prove/support/examine.ts';
import type { Property } from '../../prove/support/property.ts';
import type { DoorOptions } from '../../prove/support/slack-door.ts';
import type { Standing } from '../../src/adapters/slack/tokens.ts';
import { pinOf } from '../../src/adapters/mcp/definition.ts';
import { APPROVER } from '../support/loop.ts';

// A property that cannot fail shows nothing. Each is given a Sitrep with one guard taken out, and must see it.

const LONG = 180_000;

/** Runs it quickly on a Sitrep with a fault. */
async function violationsOf<S extends object>(
  property: Property<S>,
  seams: Partial<S>,
  enough = 8,
): Promise<string[]> {
  const { violations, examples } = await examine(property, { scale: 'quick', seed: 1, enough }, seams);
  expect(violations).toBe(examples.length);
  return examples;
}

const faulty = (change: (store: Store) => Partial<Store>) => (store: Store) => ({
  ...store,
  ...change(store),
});

describe('each property sees what it is there for', () => {
  it('a loop that approves what it proposes', { timeout: LONG }, async () => {
    const wrapStore = faulty((store) => ({
      async addProposal(proposal) {
        await store.addProposal(proposal);
        // The first incident only sets the scene.
        if (proposal.incidentId === 1) return;
        await store.giveApproval(proposal.id, APPROVER, proposal.digest);
        await store.consume(proposal.id, proposal.digest, APPROVER);
        await store.enqueue({ kind: 'proposal', id: proposal.id });
      },
    }));
    const examples = await violationsOf(mediation, { wrapStore });
    expect(examples.join()).toContain('written without an approval');
  });

  it('a token that counts wherever its button stands', { timeout: LONG }, async () => {
    const wrapTokens: DoorOptions['wrapTokens'] = (tokens, { db }) => ({
      ...tokens,
      async resolve(token) {
        const { rows } = await db.query<Standing>(
          `select m.channel, m.ts from button_token t join message m on m.slot = 'proposal:' || t.proposal_id
            where t.token = $1`,
          [token],
        );
        return tokens.resolve(token, rows[0] ?? null);
      },
    });
    const examples = (await violationsOf(authenticity, { wrapTokens })).join();
    expect(examples).toContain('pressed in {"channel":"C2"');
    expect(examples).toContain('token of another card');
  });

  it('an approval by whoever asked for it, and once more after it was given', { timeout: LONG }, async () => {
    const wrapStore = faulty((store) => ({
      lockQuestion: async (id) => {
        const question = await store.lockQuestion(id);
        if (!question) return null;
        return questionOf([{ ...question.lead, requestedBy: 'nobody', state: 'proposed' }]);
      },
    }));
    expect((await violationsOf(authenticity, { wrapStore })).join()).toContain(
      'approved by who asked for it',
    );
  });

  it('a claim that two replicas can get', { timeout: LONG }, async () => {
    const wrapStore = faulty((store) => ({
      claim: async (...args) => (await store.claim(...args)) || true,
      markSent: async (...args) => (await store.markSent(...args)) || true,
    }));
    expect((await violationsOf(consent, { wrapStore })).length).toBeGreaterThan(0);
  });

  it('a decision that counts its requester', async () => {
    const lax: typeof approve = (store, asked, people) =>
      approve(
        {
          ...store,
          lockQuestion: async (id) => {
            const question = await store.lockQuestion(id);
            return question && questionOf([{ ...question.lead, requestedBy: 'nobody' }]);
          },
        },
        asked,
        people,
      );
    expect((await violationsOf(twoPerson, { approve: lax })).join()).toContain('consumed');
  });

  it('an execution that is taken over without a look at the world', { timeout: LONG }, async () => {
    const wrapStore = faulty(() => ({ takeOver: async () => false }));
    expect((await violationsOf(crash, { wrapStore })).join()).toContain('after 60 s');
  });

  it('a switch that is looked at only once', { timeout: LONG }, async () => {
    const begun = new Set<string>();
    const wrapStore = faulty((store) => ({
      stopped: async (id) => (id !== undefined && begun.has(id) ? null : store.stopped(id)),
      markSent: async (id, request, leaseS) => {
        const stopped = await store.stopped();
        await store.setStopped(null);
        if (await store.markSent(id, request, leaseS)) begun.add(id);
        await store.setStopped(stopped);
        return begun.has(id);
      },
    }));
    expect((await violationsOf(killSwitch, { wrapStore })).join()).toContain('write begins');
  });

  it('a stop that lets everything pass while it lets something pass', { timeout: LONG }, async () => {
    const wrapStore = faulty((store) => {
      const lax = async (begin: () => Promise<boolean>): Promise<boolean> => {
        const { order } = await store.lockSwitch();
        const stopped = await store.stopped();
        if (!stopped || order === null || stopped.undoing.length === 0) return begin();
        await store.setStopped(null);
        const begun = await begin();
        await store.setStopped({ ...stopped, order });
        return begun;
      };
      return {
        stopped: async (id) => {
          const stopped = await store.stopped(id);
          return id !== undefined && stopped && stopped.undoing.length > 0 ? null : stopped;
        },
        claim: (...args) => lax(() => store.claim(...args)),
        markSent: (...args) => lax(() => store.markSent(...args)),
      };
    });
    expect((await violationsOf(killSwitch, { wrapStore })).join()).toContain(
      'passed a stop that names an order',
    );
  });

  it('a switch that no file pulls', { timeout: LONG }, async () => {
    const examples = await violationsOf(killSwitch, { outsideStop: () => null }, 2);
    expect(examples.join()).toContain('the file pulled');
  });

  it('steps of a plan that do not wait for those before them', { timeout: LONG }, async () => {
    const wrapStore = faulty((store) => ({
      earlierSteps: async () => 'succeeded',
      claim: (id) => store.moveProposal(id, 'approved', 'claimed'),
      markSent: (id) => store.moveProposal(id, 'claimed', 'sent'),
    }));
    // A later step is looked at when its approval ends, and the trigger refuses what the property would have seen written.
    expect((await violationsOf(plans, { wrapStore })).join()).toMatch(/written|is not next/);
  });

  it('pins that follow what is shown', { timeout: LONG }, async () => {
    const examples = await violationsOf(pinnedTools, { pin: (_, shown) => pinOf(shown) });
    expect(examples.join()).toContain('offered');
  });

  it('a record that is silently left out where it cannot be written', { timeout: LONG }, async () => {
    const full = (store: Store, kind: string): Store => ({
      ...store,
      record: async (entry) => void (entry.kind === kind || (await store.record(entry))),
    });
    expect((await violationsOf(audit, { full })).join()).toContain('could not be recorded');
  });

  it('a success that is called one when the window ends', async () => {
    const hopeful: NonNullable<Parameters<typeof verification.run>[1]>['verify'] = async (
      proposal,
      { transaction },
    ) => {
      await transaction(async (store) => {
        if ((await store.secondsSinceEffect(proposal.id)) < proposal.consent.predicate.withinS) return;
        await store.moveProposal(proposal.id, 'verifying', 'succeeded');
      });
    };
    expect((await violationsOf(verification, { verify: hopeful })).join()).toContain('called a success');
  });

  it('a verifier that does not look at contents', { timeout: LONG }, async () => {
    const blind: typeof verifyChain = async (lines, known) => {
      const seen: AuditLine[] = [];
      for await (const line of lines) if (!('unreadable' in line)) seen.push({ ...line, content: 'sealed' });
      return verifyChain(seen, known);
    };
    expect((await violationsOf(audit, { verify: blind })).join()).toContain('flipped: found at null');
  });

  it('a way out that asks for whatever it is told', { timeout: LONG }, async () => {
    const createOutbound = () => ({
      fetch: (url: string) => fetch(url, { signal: AbortSignal.timeout(300), redirect: 'manual' as const }),
    });
    expect((await violationsOf(outbound, { createOutbound })).join()).toContain('sockets made');
  });

  it.each([
    ['leaves out what cannot be seen', (line: string) => line.replaceAll(/[\u200b\u2060]/g, '')],
    ['cuts its lines', (line: string) => literal(line).slice(0, 20)],
    ['shows look-alikes as they are', (line: string) => line],
    [
      'shows only what has a line',
      (line: string) => (line.startsWith('Everything else') ? '' : literal(line)),
    ],
  ])('a card that %s', async (_, line) => {
    const show = (facts: Parameters<typeof renderCard>[0]) => renderCard(facts).map(line).join('\n');
    expect((await violationsOf(rendering, { show })).join()).toContain('stands for two cards');
  });
});

describe('the harness', () => {
  const property = (run: Property['run']): Property => ({ name: 'p', claim: 'c', run });

  it('counts a property that has tried nothing, or that breaks off, as violated', async () => {
    const idle = await examine(
      property(async () => undefined),
      { scale: 'quick', seed: 1 },
    );
    const broken = await examine(
      property(() => Promise.reject(new Error('gone'))),
      { scale: 'quick', seed: 1 },
    );
    expect([idle.violations, broken.violations]).toEqual([1, 1]);
    expect(broken.examples[0]).toContain('gone');
  });

  it('tries the same for the same seed', async () => {
    const drawn: number[][] = [];
    const draw = property(async ({ random, tally }) => {
      drawn.push([random.below(1000), random.below(1000)]);
      tally.tried();
    });
    for (const seed of [1, 1, 2]) await examine(draw, { scale: 'ci', seed });
    expect(drawn[0]).toEqual(drawn[1]);
    expect(drawn[0]).not.toEqual(drawn[2]);
  });
});
