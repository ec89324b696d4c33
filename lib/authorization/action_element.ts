// The Action and NotAction elements of a statement: which of our actions they cover, worked out
// once.

import { allActions } from './action.js';
import { refuseSyntax } from './policy_error.js';
import { matchesRuns } from './wildcard.js';

/** By an action's index: 1 when the element covers it. */
export type ActionSet = Uint8Array;

const lowerNames = allActions.map(({ name }) => name.toLowerCase());
const form = /^(?:\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$/;

/**
 * A pattern of `kms:` that covers no action is refused: in a Deny it would protect from nothing.
 *
 * @param patterns - `kms:Encrypt`, `kms:ReEncrypt*`, `*`, in any case; actions of other services
 *   cover none of ours
 * @param inverted - NotAction: all actions that the patterns do not cover
 */
export function compileActions(
  patterns: readonly string[],
  inverted: boolean,
  place: string,
): ActionSet {
  const covers = patterns.map((pattern) => {
    const lower = pattern.toLowerCase();
    const isKnown = !lower.startsWith('kms:') || lowerNames.some(matcherOf(lower));
    if (!form.test(pattern) || !isKnown)
      refuseSyntax(place, `${JSON.stringify(pattern)} is no action`);
    return matcherOf(lower);
  });
  return Uint8Array.from(lowerNames, (name) =>
    covers.some((test) => test(name)) !== inverted ? 1 : 0,
  );
}

function matcherOf(pattern: string): (lowerName: string) => boolean {
  const runs = pattern.split('*').map((text) => ({
    text,
    holes: [...text.matchAll(/\?/g)].map(({ index }) => index),
  }));
  return (lowerName) => matchesRuns(runs, lowerName);
}
