import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isDocument, readDocument } from '../../../src/incident/documents/read-document.ts';

function read(text: string, path = 'team/disk.md', base: string | null = null) {
  const { document, problems } = readDocument({ source: 'folder:runbooks', path, text, base });
  return { ...document, problems };
}
const bodies = (text: string, path?: string, base?: string) =>
  read(text, path, base ?? null).passages.map(({ body }) => body);

test('front matter of ours names title, services, alerts and actions', () => {
  const text =
    '---\ntitle: Disk\nservices: db\nalerts: [DiskFull]\nactions: [{ tool: kubernetes.restart }]\n---\n# Storage\n## Fix\nvacuum';
  expect(read(text)).toMatchObject({
    title: 'Disk',
    services: ['db'],
    alerts: ['DiskFull'],
    actions: [{ tool: 'kubernetes.restart' }],
    passages: [{ position: 0, heading: 'Storage › Fix', body: 'vacuum' }],
    problems: [],
  });
});

test('actions that belong together are a plan, in their order', () => {
  const plan =
    '{ plan: [{ tool: kubernetes.restart, service: b }, { tool: kubernetes.restart, service: a }] }';
  expect(read(`---\nactions: [${plan}, { tool: kubernetes.rollback }]\n---\nvacuum`)).toMatchObject({
    actions: [
      {
        plan: [
          { tool: 'kubernetes.restart', service: 'b' },
          { tool: 'kubernetes.restart', service: 'a' },
        ],
      },
      { tool: 'kubernetes.rollback' },
    ],
    problems: [],
  });
});

test.each([
  ['fields of other tools', '---\nlayout: page\nweight: 3\ntags: [a, b]\n---\n# Disk\n\nvacuum'],
  ['TOML', '+++\ntitle = "Disk"\nweight = 3\n+++\nvacuum'],
  ['a rule at the top', '---\n\n# Disk\n\nvacuum'],
  ['an empty block', '---\n---\n# Disk\n\nvacuum'],
  ['a byte-order mark', '\ufeff---\ntitle: Disk\n---\nvacuum'],
])('%s in front of a text loses nothing', (_, text) => {
  const found = read(text);
  expect(found.problems).toEqual([]);
  expect(found.title).toBe('Disk');
  expect(found.passages.at(-1)?.body).toContain('vacuum');
});

test.each([
  [
    'a tool that does not exist',
    'actions: [{ tool: shell.run }]',
    /^team\/disk\.md: front matter: actions\.0\.tool: /,
  ],
  [
    'arguments that the tool does not take',
    'actions: [{ tool: github.close_pull_request, arguments: { repo: acme/shop, number: none } }]',
    /front matter: actions\.0\.arguments\.number: /,
  ],
  [
    'a plan of one action',
    'actions: [{ plan: [{ tool: kubernetes.restart }] }]',
    /front matter: actions\.0\.plan: a plan has at least 2 actions/,
  ],
  [
    'a plan of nine actions',
    `actions: [{ plan: [${Array.from({ length: 9 }, () => '{ tool: kubernetes.restart }').join()}] }]`,
    /front matter: actions\.0\.plan: a plan has at most 8 actions/,
  ],
  [
    'a mistake in an action of a plan',
    'actions: [{ plan: [{ tool: kubernetes.restart }, { tool: shell.run }] }]',
    /front matter: actions\.0\.plan\.1\.tool: /,
  ],
  [
    'a plan that is an action as well',
    'actions: [{ tool: kubernetes.restart, plan: [{ tool: kubernetes.restart }, { tool: kubernetes.restart }] }]',
    /front matter: actions\.0: /,
  ],
  ['a title that is no text', 'title: 7\nactions: [{ tool: kubernetes.restart }]', /front matter: title: /],
  ['broken YAML', 'title: [X', /front matter: .+ Correct the YAML/],
])('%s is said, and the text is evidence that recommends nothing', (_, block, problem) => {
  const found = read(`---\n${block}\n---\n# Disk\n\nvacuum`);
  expect(found.problems).toEqual([expect.stringMatching(problem)]);
  expect(found).toMatchObject({ title: 'Disk', actions: [], passages: [{ body: 'vacuum' }] });
});

test('headings give the way to each passage; those in code are text', () => {
  const text =
    '# Disk\n\nintro\n\n## Full {#full}\n\na\n\n### Fix ###\n\n```sh\n# not a heading\n```\n\nSlow\n----\nb';
  expect(read(text).passages).toEqual([
    { position: 0, heading: 'Disk', body: 'intro' },
    { position: 1, heading: 'Full', body: 'a' },
    { position: 2, heading: 'Full › Fix', body: '```sh\n# not a heading\n```' },
    { position: 3, heading: 'Slow', body: 'b' },
  ]);
});

test('a README bears its folder where its own heading says nothing', () => {
  expect(read('# Overview\n\nx', 'db/replication/README.md').title).toBe('replication: Overview');
  expect(read('# Replication lag\n\nx', 'db/replication/README.md').title).toBe('Replication lag');
  expect(read('no heading', 'db/lag.md').title).toBe('db/lag.md');
});

test('code and tables are cut only where they alone are too large, and then each part is whole again', () => {
  const row = `| ${'x'.repeat(96)} |`;
  const small = `\`\`\`\n${'a\n\n'.repeat(300)}\`\`\``;
  expect(bodies(`${'p '.repeat(300)}\n\n${small}\n\nafter`)).toEqual([
    'p '.repeat(300).trim(),
    `${small}\n\nafter`,
  ]);
  const [first, second] = bodies(`| a |\n|---|\n${`${row}\n`.repeat(20)}`);
  expect(first).toMatch(/^\| a \|\n\|---\|\n\| x/);
  expect(second).toMatch(/^\| a \|\n\|---\|\n\| x/);
  for (const body of bodies(`~~~\n${'line of code\n'.repeat(400)}~~~`)) {
    expect(body.length).toBeLessThanOrEqual(1200);
    expect(body).toMatch(/^~~~\n[^]*\n~~~$/);
  }
});

test.each([
  ['[graphs](../graphs/disk.md#top)', 'graphs (https://x.example/b/graphs/disk.md#top)'],
  ['[top](/README.md)', 'top (https://x.example/b/README.md)'],
  ['[a [nested] one](https://y.example/a_(b) "title")', 'a [nested] one (https://y.example/a_(b))'],
  ['![the dashboard](img/d.png) is red', 'the dashboard is red'],
  ['[![badge](b.svg)](https://y.example/)', 'badge (https://y.example/)'],
  ['see [the page][P]\n\n[p]: other.md', 'see the page (https://x.example/b/team/other.md)'],
  ['[run](javascript:alert(1)) [up](../../../etc/passwd) [here](#fix)', 'run up here'],
  ['<https://y.example/> <b>bold</b> <pod-name>', 'https://y.example/ bold <pod-name>'],
  ['`[not](a.md)` `` ` `` {{ $labels.pod }}', '`[not](a.md)` `` ` `` {{ $labels.pod }}'],
  ['{{< hint info >}}careful{{< /hint >}}', 'careful'],
  ['one <!-- two\n\nthree --> four `<!-- five -->`', 'one \n four `<!-- five -->`'],
])('%s reads as %s', (text, shown) => {
  expect(bodies(text, 'team/disk.md', 'https://x.example/b/')).toEqual([shown]);
});

test('AsciiDoc: headings, listings, tables, links, comments', () => {
  const text =
    '= Disk full\n:alerts: DiskFull, DiskSlow\n:home: https://h.example\n\nintro link:other.adoc[other^] {home}[home]\n\n[[fix]]\n== Fix\n// no\n[source,sh]\n----\n== not a heading\n----\n\n////\nhidden\n////\n|===\n|a |b\n|===\nimage::x.png[Graph,400]';
  expect(read(text, 'team/disk.adoc')).toMatchObject({
    title: 'Disk full',
    alerts: ['DiskFull', 'DiskSlow'],
    passages: [
      { heading: 'Disk full', body: 'intro other (team/other.adoc) home (https://h.example)' },
      { heading: 'Fix', body: '----\n== not a heading\n----\n\n|===\n|a |b\n|===\n\nGraph' },
    ],
  });
});

test('plain text and reStructuredText: underlined lines are headings', () => {
  const text = '====\nDisk\n====\n\nintro\n\nFix\n---\n\nvacuum\n';
  expect(read(text, 'disk.rst')).toMatchObject({
    title: 'Disk',
    passages: [
      { heading: 'Disk', body: 'intro' },
      { heading: 'Fix', body: 'vacuum' },
    ],
  });
});

test('only text formats are documents', () => {
  expect(
    ['a.md', 'a.MARKDOWN', 'b/c.adoc', 'a.txt', 'a.rst', 'a.png', 'md', 'a.md.bak'].filter(isDocument),
  ).toEqual(['a.md', 'a.MARKDOWN', 'b/c.adoc', 'a.txt', 'a.rst']);
});

test.each(
  [
    '`',
    '[',
    ']',
    '|',
    '[](',
    '![',
    '<',
    '<!--',
    '<!-- -->',
    '{{<',
    '*',
    '\\',
    ' ',
    '-|',
    '# ',
    '> ',
    '`a',
    '``` \n',
    '[[',
    '{a}',
    'http://',
    '(',
    '\n',
    '    x\n\n',
  ].flatMap((unit) => ['md', 'adoc', 'rst'].map((ending) => [unit, ending] as const)),
)('a megabyte of %j as .%s is read in time linear to it', { timeout: 60_000 }, (unit, ending) => {
  const time = (size: number) => {
    const text = unit.repeat(size / unit.length);
    const began = performance.now();
    read(text, `x.${ending}`);
    return performance.now() - began;
  };
  // Quadratic time would be minutes; a busy machine must not look like it.
  expect(time(1_000_000)).toBeLessThan(15_000);
});

test('no text makes it throw, and no passage is too long to quote', () => {
  const unit = fc.constantFrom(
    '`',
    '[',
    ']',
    '(',
    ')',
    '<!--',
    '-->',
    '|',
    '\n',
    '---\n',
    '# ',
    '= ',
    '----\n',
    'a',
    ' ',
    '{{<',
    '>}}',
    '\\',
    '\ud800',
  );
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 200 }), fc.constantFrom('md', 'adoc', 'rst'), (units, ending) => {
      const { passages } = read(units.join(''), `x.${ending}`);
      expect(passages.length).toBeGreaterThan(0);
      for (const { body } of passages) expect(body.length).toBeLessThanOrEqual(1300);
    }),
  );
});
