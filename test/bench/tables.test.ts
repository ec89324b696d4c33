// The tables of a run, with and without a peer.

import { expect, test } from 'vitest';
import { formatLatencies, percentiles } from '../../bench/latencies.mjs';
import { formatTable } from '../../bench/table.mjs';

const latencies = { 50: 1, 99: 2, 99.9: 3 };
const own = { what: 'Decrypt', rate: 1000, latencies };
const rows = [
  { ...own, against: 'bare', peerRate: 2000, peerLatencies: latencies, target: 0.5 },
  { ...own, against: 'moto', skipped: 'moto_server is not installed' },
];

test('a skipped peer has its reason and no figures', () => {
  expect(formatTable(rows).split('\n').slice(2)).toEqual([
    '| Decrypt | 1,000 | bare | 2,000 | 0.50× | 0.5× |',
    '| Decrypt | 1,000 | moto, skipped: moto_server is not installed | — | — |  |',
  ]);
});

test('what two peers are measured against has one line of latencies', () => {
  expect(formatLatencies([...rows, { what: 'encrypt' }])).toBe(
    [
      '| latency in ms | p50 | p99 | p99.9 |',
      '| --- | --- | --- | --- |',
      '| Decrypt | 1.00 | 2.00 | 3.00 |',
      '| (bare) | 1.00 | 2.00 | 3.00 |',
      '| (moto) | — | — | — |',
    ].join('\n'),
  );
});

test('percentiles are of the sorted latencies', () => {
  const latenciesMs = Float64Array.from({ length: 1000 }, (_, i) => i);
  expect(percentiles({ latenciesMs })).toEqual({ 50: 500, 99: 990, 99.9: 999 });
});
