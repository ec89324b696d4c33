// Policies as AWS KMS prints them: ` : ` between name and value, two spaces a level, lists on the
// line of their name.

import { isJsonObject, JsonNumber, type JsonObject, type JsonValue } from './json.js';

/** What a policy can be written from. */
type Plain = string | readonly Plain[] | { readonly [name: string]: Plain };

/** @param document - a document of {@link compilePolicy}, or plain data */
export function formatPolicy(document: JsonObject | Plain): string {
  return format(isDocument(document) ? withPrincipals(document) : (document as Plain), 0);
}

function isDocument(document: JsonObject | Plain): document is JsonObject {
  return document instanceof Map;
}

/** AWS KMS gives the principal "*" back as {"AWS":"*"}. */
function withPrincipals(document: JsonObject): JsonObject {
  const statement = document.get('Statement');
  const rewritten = Array.isArray(statement)
    ? (statement as readonly JsonValue[]).map(withPrincipal)
    : withPrincipal(statement as JsonValue);
  return new Map([...document].map(([k, v]) => [k, k === 'Statement' ? rewritten : v]));
}

function withPrincipal(statement: JsonValue): JsonValue {
  if (!isJsonObject(statement)) return statement;
  const isBareStar = (name: string, value: JsonValue) =>
    /^(?:Not)?Principal$/.test(name) && value === '*';
  return new Map(
    [...statement].map(([k, v]) => [k, isBareStar(k, v) ? new Map([['AWS', '*']]) : v]),
  );
}

function format(value: JsonValue | Plain, level: number): string {
  if (Array.isArray(value)) {
    const items = (value as readonly (JsonValue | Plain)[]).map((item) => format(item, level));
    return items.length === 0 ? '[ ]' : `[ ${items.join(', ')} ]`;
  }
  if (value instanceof JsonNumber) return value.text;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return formatObject(value instanceof Map ? [...value] : Object.entries(value), level);
}

function formatObject(members: readonly [string, JsonValue | Plain][], level: number): string {
  if (members.length === 0) return '{ }';
  const indent = '  '.repeat(level + 1);
  const lines = members.map(
    ([name, value]) => `${indent}${JSON.stringify(name)} : ${format(value, level + 1)}`,
  );
  return `{\n${lines.join(',\n')}\n${'  '.repeat(level)}}`;
}
