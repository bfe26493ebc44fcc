import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCoupon, percentOff } from '../services/pricing/coupons.js';

test('a code is read in capitals', () => {
  assert.equal(parseCoupon('welcome-7'), 'WELCOME-7');
});

test('a code with an empty group is none', () => {
  assert.equal(parseCoupon('WELCOME--7'), undefined);
});

test('a campaign is found by its prefix', () => {
  assert.equal(percentOff('SPRING-26'), 15);
});
