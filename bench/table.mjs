// The rows of a run as a Markdown table.

/** @param rows what, rate, against, peerRate and, where there is one, the target ratio */
export function formatTable(rows) {
  const header = ['what', 'per second', 'against', 'per second', 'ratio', 'target'];
  const lines = rows.map(({ what, rate, against, peerRate, target }) => [
    what,
    formatRate(rate),
    against,
    formatRate(peerRate),
    `${formatRatio(rate / peerRate)}×`,
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

function toTable(rows) {
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function formatRate(rate) {
  return rate < 100 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en-US');
}

function formatRatio(ratio) {
  return ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(1);
}
