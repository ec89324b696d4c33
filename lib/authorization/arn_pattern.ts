// Patterns of ARNs: cut at the first five colons, each of the six parts matched within itself, so
// that no star of one part reaches into the next. In the last part a star spans everything, slashes
// and colons too.

import type { ArnParts } from './arn_parts.js';
import type { AuthorizationRequest } from './request.js';
import { compileTextMatcher, type Piece, type TextMatcher } from './text_pattern.js';

/** Whether an ARN's parts match. */
export type ArnMatcher = (parts: ArnParts, request: AuthorizationRequest) => boolean;

/**
 * The pieces of each part; undefined when there are fewer than six. A variable stays within its
 * part.
 */
function splitPieces(pieces: readonly Piece[]): readonly (readonly Piece[])[] | undefined {
  const parts: Piece[][] = [[]];
  for (const piece of pieces) {
    if (typeof piece === 'string' || !('text' in piece)) {
      (parts.at(-1) as Piece[]).push(piece);
      continue;
    }
    let text = piece.text;
    for (let colon = text.indexOf(':'); parts.length < 6 && colon >= 0; colon = text.indexOf(':')) {
      pushText(parts, text.slice(0, colon));
      parts.push([]);
      text = text.slice(colon + 1);
    }
    pushText(parts, text);
  }
  return parts.length === 6 ? parts : undefined;
}

function pushText(parts: Piece[][], text: string): void {
  if (text !== '') (parts.at(-1) as Piece[]).push({ text });
}

/** @returns undefined when the pieces are no pattern of an ARN */
export function compileArnPattern(pieces: readonly Piece[]): ArnMatcher | undefined {
  const split = splitPieces(pieces);
  if (split === undefined) return undefined;
  const matchers = split.map(compileTextMatcher) as readonly TextMatcher[];
  return (parts, request) => {
    // From the end: what tells resources apart stands there.
    for (let i = 5; i >= 0; i--) {
      if (!(matchers[i] as TextMatcher)(parts[i] as string, request)) return false;
    }
    return true;
  };
}
