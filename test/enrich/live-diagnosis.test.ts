import { describe, expect, it } from 'vitest';
import { diagnosisEvidence } from '../../src/enrich/diagnosis-evidence.ts';
import type { Evidence } from '../../src/incident/evidence.ts';
import type { Commit } from '../../src/enrich/changed.ts';
import { diagnose } from '../../src/enrich/diagnosis/diagnose.ts';
import { liveIncident } from '../../src/enrich/live-incident.ts';
import type { Observed } from '../../src/enrich/observe.ts';
import { knownRollouts } from '../../src/enrich/rollouts.ts';
import { incident, minutes, SHOP, storedAlert, T0 } from '../support/examples.ts';

const SHA = 'b'.repeat(40);
const commit = (sha: string, at: Date): Commit => ({
  repo: 'acme/shop',
  sha,
  at,
  author: 'developer',
  subject: 'Validate coupons',
  body: '',
  url: 'https://example.test/c',
  files: [{ path: 'services/pricing/coupons.js', additions: 1, deletions: 0, patch: `+${'x'.repeat(9000)}` }],
});
const log = (service: string, text: string, second: number) => ({
  at: T0.getTime() + 1000 * second,
  service,
  gravity: 1,
  text,
  count: 1,
});
const blaming = (text: string): Observed => ({
  logs: [
    ...Array.from({ length: 20 }, (_, n) => log('checkout', 'pricing did not answer within 1000 ms', n)),
    ...Array.from({ length: 20 }, (_, n) => log('pricing', text, n)),
  ],
  series: [],
});
const rollouts = knownRollouts(
  [
    {
      service: 'pricing',
      namespace: 'shop',
      deployment: 'pricing',
      revision: 3,
      image: 'shop/pricing:bad',
      template: null,
      sha: SHA,
      at: minutes(-1),
      cause: null,
    },
  ],
  { own: [], blamed: [] },
);
const live = (observed: Observed, commits = [commit(SHA, minutes(-20))], released = rollouts) =>
  liveIncident(
    { incident: incident({ services: ['checkout'] }), alerts: [storedAlert()] },
    [T0],
    ['checkout', 'pricing'],
    [{ name: 'pricing', distance: 1, paths: ['services/pricing'] }],
    { commits, rollouts: released, flags: [], guilty: [] },
    observed,
    SHOP,
  );

describe('the diagnosis of a live incident', () => {
  it('says where it began, who suffers and what would help, and quotes no log', () => {
    const told = diagnosisEvidence(diagnose(live(blaming('error: secret-of-a-customer is not valid'))));
    expect(told?.about).toMatchObject({ kind: 'diagnosis', service: 'pricing', affected: ['checkout'] });
    expect(told?.quote).toContain('Began in pricing');
    expect(told?.quote).toContain('checkout is affected too');
    expect(JSON.stringify(told)).not.toContain('secret-of-a-customer');
  });

  it('does not say that a service has errors whose live error ratio is healthy', () => {
    const diagnosis = diagnose(live(blaming('error: the coupon is not valid')));
    const signal = (value: number): Evidence => ({
      title: '',
      quote: '',
      link: null,
      why: '',
      score: 0,
      about: {
        kind: 'signal',
        service: 'pricing',
        name: 'error ratio',
        query: 'errors',
        value,
        healthyBelow: 0.05,
      },
    });
    expect(diagnosisEvidence(diagnosis, [], [signal(0.2)])?.quote).toContain('it has errors of its own');
    const told = diagnosisEvidence(diagnosis, [], [signal(0)])?.quote;
    expect(told).not.toContain('it has errors of its own');
    expect(told).toContain('its log has errors, though its error ratio is within its healthy range now');
  });

  it('is none where only the alerts speak', () => {
    expect(diagnosisEvidence(diagnose(live({ logs: [], series: [] })))).toBeNull();
  });

  it('does not ask for capacity where a service is overloaded just after its release', () => {
    const observed = blaming('error: overloaded, load shedding begins');
    const overloaded = (released: typeof rollouts) =>
      diagnose(live(observed, undefined, released)).outside.find(({ cause }) => cause.name === 'load')
        ?.clarity ?? 0;
    expect(overloaded(rollouts)).toBeLessThan(overloaded([]) / 2);
    expect(diagnose(live(observed)).remediation).toBe('rollback');
  });

  it('leaves the cause to the suspects where it sees none in a change and they do', () => {
    const diagnosis = diagnose(live(blaming('error: overloaded, load shedding begins'), undefined, []));
    expect(diagnosis.guilty).toBeNull();
    const alone = diagnosisEvidence(diagnosis);
    expect(alone?.title).toContain('more capacity');
    const suspect = (score: number) => ({
      title: 'b1b1b1b Validate coupons',
      quote: '',
      link: null,
      why: 'rolled out just before',
      score,
      about: {
        kind: 'commit' as const,
        service: 'pricing',
        repo: 'acme/shop',
        sha: SHA,
        at: T0.toISOString(),
        author: 'developer',
        paths: [],
      },
    });
    expect(diagnosisEvidence(diagnosis, [suspect(0.1)])?.title).toContain('more capacity');
    const likely = diagnosisEvidence(diagnosis, [suspect(0.6)]);
    expect(likely?.title).toContain('the first suspect is the likeliest cause');
    expect(likely?.quote).not.toContain('capacity');
    expect(likely?.about).toMatchObject({ remedy: null });
  });

  it('is bounded in commits, their diffs and the kinds of lines', () => {
    const commits = Array.from({ length: 60 }, (_, n) => commit(String(n).padEnd(40, 'c'), minutes(-n - 1)));
    const logs = Array.from({ length: 2000 }, (_, n) =>
      log('pricing', `${n % 2 ? 'warning' : 'error'} ${'xy'.repeat(n === 0 ? 400 : 1 + (n % 90))}`, 1),
    );
    const found = live({ logs, series: [] }, commits);
    expect(found.commits.map(({ sha }) => sha)).toEqual(commits.slice(0, 15).map(({ sha }) => sha));
    expect(Math.max(...found.commits.map(({ diff }) => diff.length))).toBeLessThanOrEqual(3000);
    expect(new Set(found.logs.map(({ text }) => text)).size).toBeLessThanOrEqual(40);
    expect(Math.max(...found.logs.map(({ text }) => text.length))).toBeLessThanOrEqual(400);
  });
});
