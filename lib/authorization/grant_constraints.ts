// The constraints of a grant: which requests they let pass, and which of two is the stricter (AWS
// KMS API Reference, GrantConstraints). Names and values compare exactly.

type Pairs = Readonly<Record<string, string>>;

export interface GrantConstraints {
  /** The request's encryption context must be this. */
  readonly encryptionContextEquals?: Pairs | undefined;
  /** The request's encryption context must contain this. */
  readonly encryptionContextSubset?: Pairs | undefined;
  /** For services: on whose behalf they must act. */
  readonly sourceArn?: string | undefined;
}

/** Whether an encryption context satisfies the constraints upon it. */
export function satisfiesConstraints(
  { encryptionContextEquals, encryptionContextSubset }: GrantConstraints,
  context: Pairs = {},
): boolean {
  if (encryptionContextEquals !== undefined && !isSamePairs(encryptionContextEquals, context))
    return false;
  return encryptionContextSubset === undefined || containsPairs(context, encryptionContextSubset);
}

/** Whether a child grant with these constraints is at least as restricted as its parent. */
export function allowsDelegation(parent: GrantConstraints, child: GrantConstraints): boolean {
  if (parent.sourceArn !== undefined && parent.sourceArn !== child.sourceArn) return false;
  const { encryptionContextEquals: equals, encryptionContextSubset: subset } = parent;
  const { encryptionContextEquals: childEquals, encryptionContextSubset: childSubset } = child;
  if (equals !== undefined && (childEquals === undefined || !isSamePairs(equals, childEquals)))
    return false;
  if (subset === undefined) return true;
  return [childEquals, childSubset].some(
    (pairs) => pairs !== undefined && containsPairs(pairs, subset),
  );
}

/** Whether two maps hold the same pairs, in any order; two absent ones do. */
export function isSamePairs(a: Pairs | undefined, b: Pairs | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Object.keys(a).length === Object.keys(b).length && containsPairs(a, b);
}

function containsPairs(all: Pairs, some: Pairs): boolean {
  for (const name of Object.keys(some)) {
    if (!Object.hasOwn(all, name) || all[name] !== some[name]) return false;
  }
  return true;
}
