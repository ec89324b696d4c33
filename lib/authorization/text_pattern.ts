// Texts in policies: literal characters, the wildcards * and ?, and policy variables (IAM User
// Guide, "IAM policy elements: Variables and tags"). What a variable brings in is literal: a star
// in it is a star.

import { type ConditionKey, conditionKey } from './condition_keys.js';
import type { PolicyOwner } from './policy_document.js';
import { refuseSyntax } from './policy_error.js';
import type { AuthorizationRequest } from './request.js';
import { matchesRuns, type Run } from './wildcard.js';

/** How the texts of a document are to be read. */
export interface TextRules {
  /** Variables exist from version 2012-10-17 on; before, `${` is text. */
  readonly variables: boolean;
  readonly wildcards: boolean;
  readonly owner: PolicyOwner;
  /** Told of each variable that is read. */
  readonly onVariable?: (key: ConditionKey) => void;
}

interface Variable {
  readonly key: ConditionKey;
  readonly fallback: string | undefined;
}

/** A piece of a text: characters, a wildcard, or a variable. */
export type Piece = { readonly text: string } | '*' | '?' | Variable;

/** No two parts of it take the same character: strangers write the texts, and it must not go back. */
const variableForm = /^\$\{([^,}'"]+)(?:,\s*'([^'}]*)'\s*)?\}/;
const escapes: Readonly<Record<string, string>> = { '${*}': '*', '${?}': '?', '${$}': '$' };

/** Takes a text apart; refuses a variable that is no variable. */
export function parsePieces(source: string, rules: TextRules, place: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let text = '';
  const push = (piece: Piece) => {
    if (text !== '') pieces.push({ text });
    text = '';
    pieces.push(piece);
  };
  for (let at = 0; at < source.length; ) {
    const escaped = escapes[source.slice(at, at + 4)];
    const character = source.charAt(at);
    if (rules.variables && escaped !== undefined) {
      text += escaped;
      at += 4;
    } else if (rules.variables && source.startsWith('${', at)) {
      const { variable, length } = parseVariable(source.slice(at), rules, place);
      push(variable);
      at += length;
    } else {
      if (rules.wildcards && (character === '*' || character === '?')) push(character);
      else text += character;
      at++;
    }
  }
  if (text !== '') pieces.push({ text });
  return pieces;
}

function parseVariable(
  source: string,
  { owner, onVariable }: TextRules,
  place: string,
): { variable: Variable; length: number } {
  const match = variableForm.exec(source);
  const key = match === null ? undefined : conditionKey((match[1] as string).trim(), owner);
  if (match === null || key === undefined) {
    return refuseSyntax(place, `unknown policy variable in ${JSON.stringify(source)}`);
  }
  onVariable?.(key);
  return { variable: { key, fallback: match[2] }, length: match[0].length };
}

/** The characters of a text without wildcards; undefined when a variable has no value. */
export type Literal = (request: AuthorizationRequest) => string | undefined;

/** Compiles pieces without wildcards. */
export function compileLiteral(pieces: readonly Piece[]): Literal {
  const constant = constantText(pieces);
  if (constant !== undefined) return () => constant;
  return (request) => {
    const runs = runsOf(pieces, request);
    return runs?.[0]?.text;
  };
}

/** A text with wildcards, ready to match. */
export type TextMatcher = (text: string, request: AuthorizationRequest) => boolean;

/** Compiles pieces with wildcards. */
export function compileTextMatcher(pieces: readonly Piece[]): TextMatcher {
  const constant = constantText(pieces);
  if (constant !== undefined) return (text) => text === constant;
  if (pieces.length === 1 && pieces[0] === '*') return () => true;
  if (pieces.some(isVariable)) {
    return (text, request) => {
      const runs = runsOf(pieces, request);
      return runs !== undefined && matchesRuns(runs, text);
    };
  }
  const runs = runsOf(pieces) as readonly Run[];
  return (text) => matchesRuns(runs, text);
}

/** @returns undefined when a variable has no value */
function runsOf(
  pieces: readonly Piece[],
  request?: AuthorizationRequest,
): readonly Run[] | undefined {
  const runs: { text: string; holes: number[] }[] = [{ text: '', holes: [] }];
  for (const piece of pieces) {
    const run = runs[runs.length - 1] as (typeof runs)[number];
    if (piece === '*') runs.push({ text: '', holes: [] });
    else if (piece === '?') {
      run.holes.push(run.text.length);
      run.text += '?';
    } else {
      const text = isVariable(piece) ? variableText(piece, request) : piece.text;
      if (text === undefined) return undefined;
      run.text += text;
    }
  }
  return runs;
}

/** A multivalued key never stands for a variable, not even its default does. */
function variableText(
  { key, fallback }: Variable,
  request?: AuthorizationRequest,
): string | undefined {
  if (key.multivalued || request === undefined) return undefined;
  const value = key.read(request);
  if (value === undefined) return fallback;
  return typeof value === 'string' ? value : undefined;
}

/** Whether a text is nothing but a variable. */
export function isLoneVariable(pieces: readonly Piece[]): boolean {
  const [piece] = pieces;
  return pieces.length === 1 && piece !== undefined && isVariable(piece);
}

function isVariable(piece: Piece): piece is Variable {
  return typeof piece === 'object' && 'key' in piece;
}

/** The whole text when it is all characters. */
export function constantText(pieces: readonly Piece[]): string | undefined {
  if (pieces.length === 0) return '';
  const [piece] = pieces;
  const isText = pieces.length === 1 && typeof piece === 'object' && 'text' in piece;
  return isText ? piece.text : undefined;
}
