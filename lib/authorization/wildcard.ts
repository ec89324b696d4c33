// Matching a text with `*` (any run) and `?` (one UTF-16 unit). No regular expressions and no
// backtracking over a star: each run between two stars is looked for once, at its leftmost place,
// which is always a right one.

/** What stands between two stars: literal text, with the places where `?` stands. */
export interface Run {
  readonly text: string;
  /** Indexes into `text` where any unit may stand; ascending. */
  readonly holes: readonly number[];
}

/** @param runs - at least one; a star stands between each two */
export function matchesRuns(runs: readonly Run[], text: string): boolean {
  const first = runs[0] as Run;
  const last = runs[runs.length - 1] as Run;
  if (runs.length === 1) return text.length === first.text.length && standsAt(first, text, 0);
  if (!standsAt(first, text, 0)) return false;
  const end = text.length - last.text.length;
  let at = first.text.length;
  for (let i = 1; i < runs.length - 1; i++) {
    const run = runs[i] as Run;
    at = find(run, text, at, end);
    if (at < 0) return false;
    at += run.text.length;
  }
  return at <= end && standsAt(last, text, end);
}

function find(run: Run, text: string, from: number, end: number): number {
  if (run.holes.length === 0) return text.indexOf(run.text, from);
  for (let at = from; at <= end - run.text.length; at++) if (standsAt(run, text, at)) return at;
  return -1;
}

function standsAt({ text: wanted, holes }: Run, text: string, at: number): boolean {
  if (at + wanted.length > text.length) return false;
  if (holes.length === 0) return text.startsWith(wanted, at);
  let hole = 0;
  for (let i = 0; i < wanted.length; i++) {
    if (i === holes[hole]) hole++;
    else if (wanted.charCodeAt(i) !== text.charCodeAt(at + i)) return false;
  }
  return true;
}
