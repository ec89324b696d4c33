// The values that conditions look at. A list marks a key as multivalued, whatever its length.

/** What a request says under a condition key; undefined when the key is absent. */
export type ConditionValue = string | readonly string[] | undefined;

/** Values by the key's name as AWS spells it, `kms:RequestAlias`. Booleans and numbers as text. */
export type ConditionValues = Readonly<Record<string, ConditionValue>>;
