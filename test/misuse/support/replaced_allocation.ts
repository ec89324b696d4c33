// The library as a program has it that replaced Buffer.allocUnsafeSlow before it was loaded: the
// program's function runs while a call has its arguments in hand.

const original = Buffer.allocUnsafeSlow;
const nothing = (): void => {};
let meanwhile: () => void = nothing;
let given: Uint8Array | undefined;

Buffer.allocUnsafeSlow = (size) => {
  const result = given ?? original(size);
  const action = meanwhile;
  resetAllocation();
  action();
  return result as Buffer<ArrayBuffer>;
};

/** Loaded after the function was replaced. */
export const hsm = await import('../../../lib/hsm/index.js');

/** Has `action` run while the next large result is allocated, and not in the one after it. */
export function duringAllocation(action: () => void): void {
  meanwhile = action;
}

/** Has `memory` given for the next large result. */
export function allocationGives(memory: Uint8Array): void {
  given = memory;
}

/** Forgets what has not run. */
export function resetAllocation(): void {
  meanwhile = nothing;
  given = undefined;
}

/** Detaches the buffer of `bytes`. */
export function transfer(bytes: Uint8Array<ArrayBuffer>): void {
  structuredClone(bytes, { transfer: [bytes.buffer] });
}
