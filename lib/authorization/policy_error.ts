// Why a policy document or a grant is refused when it is written, as a value with AWS's exception
// name.

/** What a refusal is called in AWS's API. */
export type PolicyErrorName =
  | 'MalformedPolicyDocumentException'
  | 'LimitExceededException'
  | 'InvalidArnException'
  | 'ValidationException';

/** The refusal of a document: what operations throw as an exception with this name. */
export interface PolicyError {
  readonly name: PolicyErrorName;
  readonly message: string;
}

/** A value, or why there is none. */
export type Result<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: PolicyError };

/** Carries a refusal from inside the parser to its entry point; it never leaves this folder. */
class Refusal extends Error {
  readonly error: PolicyError;

  constructor(error: PolicyError) {
    super(error.message);
    this.error = error;
  }
}

/** Ends the reading of a document. */
export function refuse(message: string, name?: PolicyErrorName): never {
  throw new Refusal({ name: name ?? 'MalformedPolicyDocumentException', message });
}

/** Ends the reading of a document for what stands at a place in it. */
export function refuseSyntax(place: string, problem: string): never {
  refuse(`Syntax errors in policy: ${place}: ${problem}`);
}

/** Runs a reader; a refusal becomes a value, and anything else stays what it is. */
export function toResult<Value>(read: () => Value): Result<Value> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, error: error.error };
    throw error;
  }
}
