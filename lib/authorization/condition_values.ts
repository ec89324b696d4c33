// The values that conditions look at. A list marks a key as multivalued, whatever its length.

/** What a request says under a condition key; undefined when the key is absent. */
export type ConditionValue = string | readonly string[] | undefined;

/** Values by the key's name as AWS spells it, `kms:RequestAlias`. Booleans and numbers as text. */
export type ConditionValues = Readonly<Record<string, ConditionValue>>;

/** Two pairs whose names differ only in case answer to one key: which is meant cannot be known. */
export const ambiguous = Symbol('ambiguous');

/**
 * The value of the pair with a name, compared without regard to case.
 *
 * @param lowerName - in lower case
 */
export function valueNamed(
  pairs: Readonly<Record<string, string>> | undefined,
  lowerName: string,
): ConditionValue | typeof ambiguous {
  if (pairs === undefined) return undefined;
  let found: string | undefined;
  for (const name of Object.keys(pairs)) {
    if (name !== lowerName && name.toLowerCase() !== lowerName) continue;
    if (found !== undefined) return ambiguous;
    found = pairs[name];
  }
  return found;
}

/** The names of the pairs; undefined when there are none. */
export function namesOf(pairs: Readonly<Record<string, string>> | undefined): ConditionValue {
  const names = pairs === undefined ? [] : Object.keys(pairs);
  return names.length === 0 ? undefined : names;
}
