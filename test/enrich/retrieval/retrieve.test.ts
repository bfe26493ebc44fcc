import { describe, expect, it } from 'vitest';
import { memoryIndex } from '../../../src/enrich/retrieval/memory-index.ts';
import type { Question } from '../../../src/enrich/retrieval/question.ts';
import { retrieve } from '../../../src/enrich/retrieval/retrieve.ts';
import type { KnowledgeDocument } from '../../../src/incident/document.ts';
import { readDocument } from '../../../src/incident/documents/read-document.ts';

const corpus = [
  page(
    'queue/QueueBacklogGrowing.md',
    '# QueueBacklogGrowing\n\nMessages pile up because the consumers are slow.',
  ),
  page('queue/broker-disk.md', '# Broker disk\n\nThe filesystem of a broker fills up. Delete old segments.'),
  page(
    'edge/handbook.md',
    '# Edge handbook\n\n## Certificates\n\nA certificate expires within days: renew it.\n\n## EdgeErrorRatio\n\nThe share of failed requests is high. Drain the node.\n\n## Cache\n\nThe hit ratio drops after a purge.',
  ),
  page('people/oncall.md', '# On call\n\nWho takes the pager when, and how holidays are swapped.'),
];

describe('finding the runbook', () => {
  it('finds what an alert speaks of in other forms of the words', async () => {
    const { ranked } = await ask({ annotations: { summary: 'Broker filesystems filling' } });
    expect(ranked[0]?.document.path).toBe('queue/broker-disk.md');
    expect(ranked[0]?.why).toContain('broker');
  });

  it('is not sure of one ordinary word, whoever has it, and never quite sure', async () => {
    const one = await ask({ annotations: { summary: 'holidays' } });
    expect(one.ranked[0]?.document.path).toBe('people/oncall.md');
    expect(one.probability).toBeLessThan(0.7);
    const named = await ask({
      alerts: ['QueueBacklogGrowing'],
      annotations: { summary: 'messages pile up because the consumers are slow' },
    });
    expect(named.probability).toBeGreaterThan(0.9);
    expect(named.probability).toBeLessThanOrEqual(0.98);
  });

  it('takes a word that stands for the asked one', async () => {
    const { ranked } = await ask({ annotations: { summary: 'tls expiry soon' } });
    expect(ranked[0]?.document.path).toBe('edge/handbook.md');
    expect(ranked[0]?.passage).toBe(0);
  });

  it.each(['QueueBacklogGrowing', 'queue_backlog_growing', 'queue-backlog-growing'])(
    'knows the file named after the alert, written as %s',
    async (name) => {
      const { ranked, probability } = await ask({
        alerts: [name],
        annotations: { summary: 'Broker filesystem of the edge certificate is full' },
      });
      expect(ranked[0]).toMatchObject({ why: 'is named after the alert' });
      expect(ranked[0]?.document.path).toBe('queue/QueueBacklogGrowing.md');
      expect(probability).toBeGreaterThan(0.8);
    },
  );

  it('opens a handbook at the section named after the alert', async () => {
    const { ranked } = await ask({ alerts: ['EdgeErrorRatio'] });
    expect(ranked[0]).toMatchObject({ passage: 1, why: 'has a section named after the alert' });
  });

  it('follows a link to a file, and its anchor', async () => {
    const { ranked } = await ask({
      annotations: {
        summary: 'Broker filesystem fills up',
        runbook_url: 'https://wiki.example/ops/edge/handbook.md#cache',
      },
    });
    expect(ranked[0]).toMatchObject({ passage: 2, why: 'the alert links to it' });
  });

  it('believes a link against every other way to bear the name', async () => {
    // Named after the alert by its file, its heading and its front matter, and with all its words.
    const named = page(
      'ops/PoolExhausted.md',
      '---\nalerts: [PoolExhausted]\n---\n\n# PoolExhausted\n\nThe pool is exhausted: PoolExhausted, enlarge the pool.',
    );
    const linked = page('legacy/notes-17.md', '# Notes\n\nAsk the database team.');
    const { ranked } = await retrieve(
      memoryIndex([named, linked]),
      question({
        alerts: ['PoolExhausted'],
        annotations: {
          summary: 'The pool is exhausted, enlarge the pool',
          runbook_url: 'https://wiki.example/legacy/notes-17.md',
        },
      }),
      5,
    );
    expect(ranked.map(({ document, why }) => [document.path, why])).toEqual([
      ['legacy/notes-17.md', 'the alert links to it'],
      ['ops/PoolExhausted.md', 'names the alert as its own'],
    ]);
  });

  it('says that nothing answers what the corpus does not speak of', async () => {
    const stranger = await ask({ annotations: { summary: 'Turbine blade vibration beyond tolerance' } });
    const known = await ask({ annotations: { summary: 'Broker filesystem fills up' } });
    expect(stranger.answers).toBe(false);
    expect(known.answers).toBe(true);
    expect(known.probability).toBeGreaterThan(stranger.probability + 0.3);
  });

  it('does not take a word of any text for the name of a thing', async () => {
    const index = memoryIndex([
      page('mail.md', '# Mail\n\nEvery relay is listed here. Every one needs a postmaster.'),
      page(
        'edge.md',
        '# Edge\n\nA proxy refuses connections. The proxy writes a log. Ask the edge team about the proxy.',
      ),
      page('vault.md', '# Vault\n\nUnseal it by hand.'),
    ]);
    const asked = question({ annotations: { summary: 'every proxy needs' } });
    expect((await retrieve(index, asked, 5)).ranked[0]?.document.path).toBe('edge.md');
  });

  it('is less sure of the same match where files are so alike that they meet any question well', async () => {
    const asked = question({ annotations: { summary: 'Broker filesystem fills up' } });
    const target = page('broker.md', '# Broker disk\n\nThe filesystem of a broker fills up.');
    const topics = ['Parser', 'Mail', 'Login', 'Search', 'Billing', 'Maps'];
    const apart = topics.map((name, n) => page(`${name}.md`, `# ${name}\n\n${UNLIKE[n] ?? ''}`));
    const alike = topics.map((name) =>
      page(
        `${name}.md`,
        `# ${name} outage\n\nThe ${name} service stopped answering callers, restart workers.`,
      ),
    );
    const unlike = await retrieve(memoryIndex([target, ...apart]), asked, 5);
    const similar = await retrieve(memoryIndex([target, ...alike]), asked, 5);
    expect(similar.ranked[0]?.document.path).toBe(unlike.ranked[0]?.document.path);
    expect(similar.probability).toBeLessThan(unlike.probability);
  });

  it('is not moved by what names one thing on one day', async () => {
    const plain = await ask({ annotations: { summary: 'Broker filesystem fills up on' } });
    const noisy = await ask({
      annotations: {
        summary:
          'Broker filesystem fills up on 10.2.14.7:9100, 93.4% for 15m {{ $value }} https://g.example/d/1',
      },
    });
    expect(noisy).toEqual(plain);
  });

  it('gives nothing for an empty corpus or an empty question', async () => {
    expect(
      await retrieve(memoryIndex([]), question({ annotations: { summary: 'x is down' } }), 5),
    ).toMatchObject({ ranked: [], probability: 0, answers: false });
    expect(await ask({})).toMatchObject({ ranked: [], answers: false });
  });
});

const UNLIKE = [
  'Grammar tables overflow.',
  'Relay greylisted senders.',
  'Cookies lapse overnight.',
  'Crawler skipped pages.',
  'Invoices rounded twice.',
  'Tiles render blank.',
];

function ask(asked: Partial<Question>) {
  return retrieve(memoryIndex(corpus), question(asked), 5);
}

function question(asked: Partial<Question>): Question {
  return { alerts: [], services: [], labels: {}, annotations: {}, text: '', ...asked };
}

function page(path: string, text: string): KnowledgeDocument {
  return readDocument({ source: 'folder:test', path, text, base: null }).document;
}
