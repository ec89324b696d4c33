// What is there at once, or later. A promise costs a short call more than its work.

export type MaybePromise<T> = T | Promise<T>;

/** Also of promises that are not of the global class, which a program may have replaced. */
export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof (value as Promise<T> | undefined)?.then === 'function';
}

/** Goes on with a value, at once when it is there. */
export function whenThere<T, Next>(
  value: MaybePromise<T>,
  next: (value: T) => MaybePromise<Next>,
): MaybePromise<Next> {
  return isPromise(value) ? value.then(next) : next(value);
}

/** Does something once the work is over, well or not: at once when it need not be waited for. */
export function andFinally<T>(work: () => MaybePromise<T>, end: () => void): MaybePromise<T> {
  let isLater = false;
  try {
    const value = work();
    if (!isPromise(value)) return value;
    const later = value.finally(end);
    isLater = true;
    return later;
  } finally {
    if (!isLater) end();
  }
}
