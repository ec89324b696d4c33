// What is known at once, or only later. Most requests find everything at hand, and a wait costs
// more than most of what is done in between.

/** A value, or the promise of one. */
export type AtOnceOr<Value> = Value | Promise<Value>;

/** Goes on with a value, at once when it is there. */
export function whenKnown<Value, Next>(
  value: AtOnceOr<Value>,
  next: (value: Value) => AtOnceOr<Next>,
): AtOnceOr<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}
