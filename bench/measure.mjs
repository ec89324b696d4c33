// Runs a set of cases through benny and gives the rate of each, in operations per second.

import benny from 'benny';

/** A case may do several operations in a call; then the rate counts each. */
export async function measure(name, cases) {
  const seconds = Number(process.env.KEYSTEAD_BENCH_SECONDS ?? 1);
  const options = { minSamples: 10, maxTime: seconds };
  const summary = await benny.suite(
    name,
    ...cases.map(({ label, run }) => benny.add(label, run, options)),
    benny.cycle(),
  );
  return new Map(
    summary.results.map(({ name: label, ops }) => {
      const { operations = 1 } = cases.find((one) => one.label === label);
      return [label, ops * operations];
    }),
  );
}
