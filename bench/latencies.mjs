// The latencies of a server: a few percentiles, in milliseconds.

import { absent, toTable } from './table.mjs';

const shares = [50, 99, 99.9];

/** @param measured what `load` gives */
export function percentiles({ latenciesMs }) {
  return Object.fromEntries(
    shares.map((share) => {
      const place = Math.min(
        latenciesMs.length - 1,
        Math.floor((latenciesMs.length * share) / 100),
      );
      return [share, latenciesMs[place]];
    }),
  );
}

/**
 * The latencies of a run as a Markdown table: a line for what was measured, and under it one for each
 * peer.
 */
export function formatLatencies(rows) {
  const measured = rows.filter(({ latencies }) => latencies !== undefined);
  const header = ['latency in ms', ...shares.map((share) => `p${share}`)];
  const lines = measured.flatMap(({ what, against, latencies, peerLatencies }, i) => {
    const peer = [`(${against})`, ...format(peerLatencies)];
    return what === measured[i - 1]?.what ? [peer] : [[what, ...format(latencies)], peer];
  });
  return toTable([header, header.map(() => '---'), ...lines]);
}

function format(latencies) {
  return shares.map((share) => latencies?.[share].toFixed(2) ?? absent);
}
