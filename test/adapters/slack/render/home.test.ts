import { expect, it } from 'vitest';
import { renderHome, type HomeContents } from '../../../../src/adapters/slack/render/home.ts';
import { anIncident, aProposal } from '../../../support/incident-view.ts';

const NOTHING: HomeContents = {
  person: 'U0APPROVER',
  ongoing: [],
  awaiting: [],
  held: new Map(),
  stopped: null,
  threads: new Map(),
};

const incidents = (count: number) => Array.from({ length: count }, (_, n) => anIncident({ id: count - n }));
const shown = (contents: Partial<HomeContents>) =>
  renderHome({ ...NOTHING, ...contents }).blocks.map((block) => textOf(block));

function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  if ('text' in value && typeof value.text === 'string') return value.text;
  return Object.values(value).map(textOf).join('');
}

it('says nothing of more where all incidents are shown', () => {
  expect(shown({ ongoing: incidents(15) }).join('\n')).not.toContain(' more');
});

it('counts and names the incidents that it does not show, and says how to see them', () => {
  expect(shown({ ongoing: incidents(18) })).toContain(
    'and 3 more: INC-3, INC-2 and INC-1. “/sitrep why INC-3” tells of one; its cards are in its thread.',
  );
});

it('names an incident once whatever awaits in it, and not more names than anybody reads', () => {
  const [incident] = incidents(1);
  if (!incident) throw new Error('no incident');
  const awaiting = Array.from({ length: 17 }, () => ({ proposal: aProposal(), incident }));
  expect(shown({ awaiting })).toContain(
    'and 2 more: INC-1. “/sitrep why INC-1” tells of one; its cards are in its thread.',
  );
  expect(shown({ ongoing: incidents(100) }).find((line) => line.startsWith('and 85 more: '))).toMatch(
    /, INC-66 and 65 others\./,
  );
});
