// What is there at once, or later. A promise costs a short call more than its work.

export type MaybePromise<T> = T | Promise<T>;

/** Also of promises that are not of the global class, which a program may have replaced. */
export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof (value as Promise<T> | undefined)?.then === 'function';
}
