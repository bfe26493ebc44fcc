import { describe, expect, it } from 'vitest';
import { confirmationOf, isLong, whyNotConfirmed } from '../../src/incident/confirmation.ts';
import { questionOf } from '../../src/incident/question.ts';
import { aProposal } from '../support/incident-view.ts';

const proposal = aProposal();
const { consent, digest } = proposal;
const of = (over: Partial<typeof consent>) =>
  confirmationOf(questionOf([{ ...proposal, consent: { ...consent, ...over } }]));
const named = (identity: string) =>
  of({ card: ['a'], confirm: 'typed', target: { identity, observedVersion: '1' } });

describe('how consent is given', () => {
  it('is a click, or the name of the target', () => {
    expect(of({ card: ['a'], confirm: 'click' })).toEqual({ by: 'click' });
    expect(named('deployment shop/pricing')).toEqual({
      by: 'typed',
      text: 'shop/pricing',
      what: 'the name of the target',
      told: true,
    });
  });

  it.each([
    ['deployment shop/pricing uid 12-ab', 'shop/pricing'],
    ['deployment shop/pricing', 'shop/pricing'],
    ['pricing', 'pricing'],
    ['deployment uid 3 uid 4', '3'],
    ['deployment shop/pricing uid 12 paused', 'paused'],
    ['flag new-coupons of unleash in production', 'new-coupons'],
    ['flag new-coupons of flags.json', 'new-coupons'],
    ['machine 148e of app shop', '148e'],
    ['a flag new-coupons of flags.json', 'flags.json'],
    ['workflow acme/shop/deploy.yml on main', 'acme/shop/deploy.yml'],
    ['workflow acme/shop/deploy.yml', 'acme/shop/deploy.yml'],
    ['workflow run acme/shop#12', 'acme/shop#12'],
  ])('takes from “%s” the name “%s”', (identity, text) => {
    expect(named(identity)).toMatchObject({ text });
  });

  it('is the names of all targets of a plan that ask for theirs', () => {
    const step = (place: number, name: string, confirm: 'click' | 'typed') => ({
      ...aProposal(),
      consent: {
        ...consent,
        confirm,
        target: { identity: `deployment ${name} uid 1`, observedVersion: '1' },
        plan: { id: aProposal().id, step: place, of: 3 },
      },
    });
    const steps = [step(1, 'a', 'typed'), step(2, 'b', 'click'), step(3, 'c', 'typed')] as const;
    expect(confirmationOf(questionOf([...steps]))).toEqual({
      by: 'typed',
      text: 'a c',
      what: 'the names of the targets',
      told: true,
    });
  });

  it('is the beginning of the digest where only a file shows the whole card', () => {
    // As JSON a text has two quotes more.
    expect(isLong(['x'.repeat(5_798)])).toBe(false);
    expect(isLong(['x'.repeat(5_799)])).toBe(true);
    expect(of({ card: ['x'.repeat(5_799)], confirm: 'click' })).toEqual({
      by: 'typed',
      text: digest.slice(0, 8),
      what: 'the first 8 characters of the digest at the end of the whole card',
      told: false,
    });
  });

  it('is the name of the target and the beginning of the digest, where such a card asks for the name', () => {
    const target = { identity: 'deployment shop/pricing', observedVersion: '1' };
    expect(of({ card: ['x'.repeat(5_799)], confirm: 'typed', target })).toEqual({
      by: 'typed',
      text: `shop/pricing ${digest.slice(0, 8)}`,
      what: 'the name of the target and after that the first 8 characters of the digest at the end of the whole card, with blanks between',
      told: false,
    });
  });
});

describe('what was typed', () => {
  const target = named('deployment shop/pricing');
  const long = of({ card: ['x'.repeat(6_000)], confirm: 'click' });

  it('is consent where it is the text, but for blanks around it', () => {
    expect(whyNotConfirmed({ by: 'click' }, null)).toBeNull();
    expect(whyNotConfirmed({ by: 'click' }, 'anything')).toBeNull();
    expect(whyNotConfirmed(target, ' shop/pricing\n')).toBeNull();
    expect(whyNotConfirmed(long, digest.slice(0, 8))).toBeNull();
  });

  it.each([
    [target, null, 'This takes more than a click. Type the name of the target: shop/pricing.'],
    [
      target,
      'shop/Pricing',
      'What you typed is not the name of the target, so nothing was approved. Type the name of the target: shop/pricing.',
    ],
    [
      target,
      '',
      'What you typed is not the name of the target, so nothing was approved. Type the name of the target: shop/pricing.',
    ],
    [
      long,
      null,
      'This takes more than a click. Type the first 8 characters of the digest at the end of the whole card.',
    ],
    [
      long,
      digest,
      'What you typed is not the first 8 characters of the digest at the end of the whole card, so nothing was approved. Type the first 8 characters of the digest at the end of the whole card.',
    ],
  ])('is none otherwise, and it says what to do', (confirmation, typed, why) => {
    expect(whyNotConfirmed(confirmation, typed)).toBe(why);
  });
});
