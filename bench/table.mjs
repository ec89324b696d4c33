// The rows of a run as a Markdown table.

/** What stands for a figure that there is none of. */
export const absent = '—';

/**
 * @param rows what, rate, against, peerRate and, where there is one, the target ratio; instead of
 * peerRate, where the peer was skipped, the reason
 */
export function formatTable(rows) {
  const header = ['what', 'per second', 'against', 'per second', 'ratio', 'target'];
  const lines = rows.map(({ what, rate, against, peerRate, skipped, target }) => [
    what,
    formatRate(rate),
    skipped === undefined ? against : `${against}, skipped: ${skipped}`,
    skipped === undefined ? formatRate(peerRate) : absent,
    skipped === undefined ? `${formatRatio(rate / peerRate)}×` : absent,
    target === undefined ? '' : `${target}×`,
  ]);
  return toTable([header, header.map(() => '---'), ...lines]);
}

/** @param rows what, value and, where there is one, the target that the value must not exceed */
export function formatFigures(rows) {
  const header = ['what', 'figure', 'target'];
  const lines = rows.map(({ what, value, target }) => [
    what,
    value < 10 ? value.toFixed(3) : value.toFixed(1),
    target === undefined ? '' : `${target}`,
  ]);
  return toTable([header, header.map(() => '---'), ...lines]);
}

/** @param rows cells of text */
export function toTable(rows) {
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function formatRate(rate) {
  return rate < 100 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en-US');
}

function formatRatio(ratio) {
  return ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(1);
}
