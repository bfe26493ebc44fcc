import type { Lookups } from '../../../src/adapters/openai/lookups.ts';
import type { StoredEvidence } from '../../../src/incident/evidence.ts';
import type { Case } from '../../../src/propose/investigator.ts';

export const SHA = 'a1b2c3d4'.repeat(5);

/** An incident of pricing after a rollout, with a piece of evidence of each kind: 11 runbook … 15 signal. */
export function exampleCase(more: { evidence?: StoredEvidence[]; description?: string } = {}): Case {
  const at = new Date('2026-03-02T10:00:00Z');
  return {
    incident: {
      id: 7,
      state: 'awaiting',
      title: 'pricing answers slowly',
      service: 'pricing',
      services: ['pricing'],
      severity: 'critical',
      openedAt: at,
      lastAlertAt: at,
      resolvedAt: null,
    },
    alerts: [
      {
        id: 1,
        incidentId: 7,
        receivedAt: at,
        source: 'alertmanager',
        fingerprint: 'f1',
        identifiedBy: 'start',
        kind: 'operational',
        startsAt: at,
        status: 'firing',
        endsAt: null,
        name: 'ServiceLatencyHigh',
        service: 'pricing',
        severity: 'critical',
        summary: 'p95 of pricing is 2.4 s',
        description: more.description ?? 'The slow end of the response times is above 0.5 s.',
        labels: {},
        annotations: {},
        link: null,
      },
    ],
    evidence: [...EVIDENCE, ...(more.evidence ?? [])],
  };
}

const base = { link: null, score: 0.8, current: true };
const EVIDENCE: StoredEvidence[] = [
  {
    ...base,
    id: 11,
    current: true,
    title: 'High latency › First look',
    quote: 'Did the number of requests grow as well?',
    why: 'the runbook is about ServiceLatencyHigh',
    about: { kind: 'runbook', path: 'high-latency.md', heading: 'First look', actions: [] },
  },
  {
    ...base,
    id: 12,
    current: true,
    title: 'a1b2c3d Match coupons by pattern',
    quote: 'Match coupons by pattern\nservices/pricing/coupons.js',
    why: 'rolled out 4 minutes before the first alert',
    about: {
      kind: 'commit',
      service: 'pricing',
      repo: 'acme/shop',
      sha: SHA,
      at: '2026-03-02T09:40:00.000Z',
      author: 'pricing-dev',
      paths: ['services/pricing/coupons.js'],
    },
  },
  {
    ...base,
    id: 13,
    current: true,
    title: 'pricing revision 9',
    quote: 'image shop/pricing:a1b2c3d',
    why: 'went out 4 minutes before',
    about: {
      kind: 'deploy',
      service: 'pricing',
      namespace: 'shop',
      deployment: 'pricing',
      revision: 9,
      previousRevision: 8,
      image: 'shop/pricing:a1b2c3d',
      sha: SHA,
      running: true,
      secondsBefore: 120,
      at: '2026-03-02T09:56:00.000Z',
    },
  },
  {
    ...base,
    id: 14,
    current: true,
    title: 'INC-3 pricing slow',
    quote: 'INC-3, 2026-01-02',
    why: 'a similar incident',
    about: { kind: 'incident', incidentId: 3, worked: 'kubernetes.rollback' },
  },
  {
    ...base,
    id: 15,
    current: true,
    title: 'pricing: p95 seconds',
    quote: 'p95 = 2.40 (healthy below 0.5)',
    why: 'outside its healthy range now',
    about: {
      kind: 'signal',
      service: 'pricing',
      name: 'p95 seconds',
      query: 'p95{service="pricing"}',
      value: 2.4,
      healthyBelow: 0.5,
    },
  },
];

/** Lookups that answer, and remember what they were asked. */
export function exampleLookups(): Lookups & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    runbooks: {
      async search({ text }) {
        asked.push(`runbooks ${text}`);
        return [
          {
            title: 'High latency › It waits',
            quote: 'Look at the pools.',
            link: null,
            why: '',
            score: 0.5,
            about: { kind: 'runbook', path: 'high-latency.md', heading: 'It waits', actions: [] },
          },
        ];
      },
    },
    code: {
      async commits({ repo, paths }) {
        asked.push(`commits ${repo} ${paths.join()}`);
        return [
          {
            repo,
            sha: SHA,
            running: true,
            secondsBefore: 120,
            at: new Date('2026-03-02T09:40:00Z'),
            author: 'pricing-dev',
            subject: 'Match coupons by pattern',
            body: '',
            url: 'https://git.example/1',
            files: [
              {
                path: 'services/pricing/coupons.js',
                additions: 1,
                deletions: 1,
                patch: '+const CODE = /^(a+)+$/;',
              },
            ],
          },
        ];
      },
    },
    signals: {
      async value(query) {
        asked.push(`signal ${query}`);
        return 2.5;
      },
    },
    mcp: null,
    async journal(_, incidentId) {
      asked.push(`journal ${incidentId}`);
      return [
        {
          seq: 1,
          running: true,
          secondsBefore: 120,
          at: new Date('2026-01-02T00:00:00Z'),
          incidentId,
          actor: 'U0ONCALL',
          kind: 'note.added',
          text: 'the pool was full',
        },
      ];
    },
  };
}
