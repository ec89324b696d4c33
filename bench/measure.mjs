// Runs a set of cases through benny and gives the rate of each, in operations per second: the best of
// several rounds, in which the cases take turns, so that a moment when the machine had other work
// falls on none of them alone.

import benny from 'benny';

const rounds = 3;

/** A case may do several operations in a call; then the rate counts each. */
export async function measure(name, cases) {
  const rates = new Map();
  for (let round = 1; round <= rounds; round++) {
    for (const [label, rate] of await measureOnce(`${name}, round ${round}`, cases)) {
      rates.set(label, Math.max(rate, rates.get(label) ?? 0));
    }
  }
  return rates;
}

async function measureOnce(name, cases) {
  const seconds = Number(process.env.KEYSTEAD_BENCH_SECONDS ?? 1);
  const options = { minSamples: 10, maxTime: seconds / rounds };
  const summary = await benny.suite(
    name,
    ...cases.map(({ label, run }) => benny.add(label, run, options)),
    benny.cycle(),
  );
  return summary.results.map(({ name: label, details }) => {
    const { operations = 1 } = cases.find((one) => one.label === label);
    // Not `ops`, which is rounded to whole operations.
    return [label, operations / details.mean];
  });
}
