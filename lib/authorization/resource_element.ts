// The Resource and NotResource elements of a statement (contract §4.3).

import { compileArnPattern, splitPieces } from './arn_pattern.js';
import { refuseSyntax } from './policy_error.js';
import type { AuthorizationRequest } from './request.js';
import { parsePieces, type TextRules } from './text_pattern.js';

/** Whether the element covers the request's resource. */
export type ResourceMatcher = (request: AuthorizationRequest) => boolean;

/** @param inverted - NotResource: everything that the patterns do not cover */
export function compileResources(
  patterns: readonly string[],
  inverted: boolean,
  rules: TextRules,
  place: string,
): ResourceMatcher {
  const matchers = patterns.map((pattern) => compileResource(pattern, rules, place));
  const [only] = matchers;
  if (matchers.length === 1 && !inverted) return only as ResourceMatcher;
  return (request) => {
    for (const covers of matchers) if (covers(request)) return !inverted;
    return inverted;
  };
}

function compileResource(pattern: string, rules: TextRules, place: string): ResourceMatcher {
  // In a key policy this is the key itself.
  if (pattern === '*') return () => true;
  const pieces = parsePieces(pattern, { ...rules, wildcards: true }, place);
  const matcher = compileArnPattern(pieces);
  const parts = splitPieces(pieces);
  if (matcher === undefined || parts === undefined) {
    return refuseSyntax(place, `${JSON.stringify(pattern)} is neither * nor an ARN`);
  }
  const [arn = [], , service = []] = parts;
  if (
    arn.length !== 1 ||
    typeof arn[0] !== 'object' ||
    !('text' in arn[0]) ||
    arn[0].text !== 'arn'
  )
    refuseSyntax(place, `${JSON.stringify(pattern)} does not start with arn:`);
  if (service.some((piece) => typeof piece === 'string'))
    refuseSyntax(place, 'the service of an ARN takes no wildcard');
  if (
    parts
      .slice(0, 5)
      .some((part) => part.some((piece) => typeof piece === 'object' && 'key' in piece))
  )
    refuseSyntax(place, 'a policy variable must stand after the fifth colon');
  return (request) => {
    const { arnParts } = request.resource;
    return arnParts !== undefined && matcher(arnParts, request);
  };
}
