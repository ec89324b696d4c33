// What a call throws.

/**
 * The `code` of what `call` throws; 'nothing' when it returns; the error itself when it has no
 * code.
 */
export function codeOf(call: () => unknown): unknown {
  try {
    call();
    return 'nothing';
  } catch (error) {
    return codeIn(error);
  }
}

/** The same for what `promise` is rejected with. */
export async function rejectionCodeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => 'nothing', codeIn);
}

function codeIn(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code ?? error;
}
