// The Action and NotAction elements of a statement: which of our actions they cover, worked out once.

import { allActions } from './action.js';
import { refuseSyntax } from './policy_error.js';
import { matchesRuns } from './wildcard.js';

/** By an action's index: 1 when the element covers it. */
export type ActionSet = Uint8Array;

const form = /^(?:\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$/;

/**
 * @param patterns - `kms:Encrypt`, `kms:ReEncrypt*`, `*`, in any case; actions of other services cover none of ours
 * @param inverted - NotAction: all actions that the patterns do not cover
 */
export function compileActions(
  patterns: readonly string[],
  inverted: boolean,
  place: string,
): ActionSet {
  const covers = patterns.map((pattern) => {
    if (!form.test(pattern)) refuseSyntax(place, `${JSON.stringify(pattern)} is no action`);
    return compileAction(pattern.toLowerCase());
  });
  return Uint8Array.from(allActions, ({ name }) => {
    const lower = name.toLowerCase();
    return covers.some((test) => test(lower)) !== inverted ? 1 : 0;
  });
}

function compileAction(pattern: string): (lowerName: string) => boolean {
  const runs = pattern.split('*').map((text) => ({
    text,
    holes: [...text.matchAll(/\?/g)].map(({ index }) => index),
  }));
  return (lowerName) => matchesRuns(runs, lowerName);
}
