// The Resource and NotResource elements of a statement (IAM User Guide, "IAM JSON policy elements:
// Resource").

import { compileArnPattern } from './arn_pattern.js';
import { refuseSyntax } from './policy_error.js';
import type { AuthorizationRequest } from './request.js';
import { constantText, parsePieces, type TextRules } from './text_pattern.js';

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

/**
 * The first five parts, the service without wildcards: they must not reach into other services'
 * resources.
 */
const head = /^arn:[^:]*:[^:*?]*:[^:]*:[^:]*:/;

function compileResource(pattern: string, rules: TextRules, place: string): ResourceMatcher {
  // In a key policy this is the key itself.
  if (pattern === '*') return () => true;
  const pieces = parsePieces(pattern, { ...rules, wildcards: true }, place);
  const matcher = compileArnPattern(pieces);
  const [start] = head.exec(pattern) ?? [];
  if (matcher === undefined || start === undefined) {
    const problem = `${JSON.stringify(pattern)} is neither * nor an ARN that names its service`;
    return refuseSyntax(place, problem);
  }
  if (rules.variables && start.includes('${'))
    refuseSyntax(place, 'a policy variable must stand after the fifth colon');
  const constant = constantText(pieces);
  if (constant !== undefined) return ({ resource }) => resource.arn === constant;
  return (request) => {
    const { arnParts } = request.resource;
    return arnParts !== undefined && matcher(arnParts, request);
  };
}
