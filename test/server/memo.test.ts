// What is kept of texts: for the same text alone, and no more than a few.

import { expect, test } from 'vitest';
import { Memo } from '../../lib/server/memo.js';

test('a value is kept for its own text', () => {
  const memo = new Memo<number>();
  expect(memo.get('a')).toBeUndefined();
  expect(memo.keep('a', 1)).toBe(1);
  expect(memo.keep('b', 2)).toBe(2);
  for (const _ of [1, 2]) {
    expect(memo.get('a')).toBe(1);
    expect(memo.get('b')).toBe(2);
    expect(memo.get('ab')).toBeUndefined();
    expect(memo.get('')).toBeUndefined();
  }
});

test('the text that was asked for last has its newest value', () => {
  const memo = new Memo<number>();
  memo.keep('a', 1);
  expect(memo.get('a')).toBe(1);
  memo.keep('a', 2);
  expect(memo.get('a')).toBe(2);
});

test('long texts are not kept', () => {
  const memo = new Memo<number>();
  expect(memo.keep('x'.repeat(513), 1)).toBe(1);
  expect(memo.get('x'.repeat(513))).toBeUndefined();
  memo.keep('x'.repeat(512), 2);
  expect(memo.get('x'.repeat(512))).toBe(2);
});

test('of many texts, old ones are forgotten', () => {
  const memo = new Memo<number>();
  for (let i = 0; i < 10_000; i++) memo.keep(String(i), i);
  const kept = Array.from({ length: 10_000 }, (_, i) => memo.get(String(i)));
  expect(kept[9_999]).toBe(9_999);
  expect(kept.filter((value) => value !== undefined).length).toBeLessThanOrEqual(256);
});
