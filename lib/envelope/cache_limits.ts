// How long and for how much one data key serves.

import { demand, demandInteger } from './arguments.js';

/** Limits of a {@link DataKeyCache}; docs/messages.md says how to choose them. */
export interface DataKeyCacheLimits {
  /** A data key older than that is not used again: more than 0, at most 86,400, default 60. */
  readonly maxAgeSeconds?: number | undefined;
  /** Messages or boxes for which one data key is handed out: 1 to 2^32, default 10,000. */
  readonly maxMessages?: number | undefined;
  /**
   * Plaintext bytes that are encrypted under one data key: 0 to 2^53 - 1, default 2^36 (64 GiB).
   */
  readonly maxBytes?: number | undefined;
  /**
   * Data keys that are kept: 1 to 1,000,000, default 1,000. The one not used for longest makes
   * room.
   */
  readonly capacity?: number | undefined;
}

export type CacheLimits = {
  readonly [name in keyof DataKeyCacheLimits]-?: number;
};

const defaults: CacheLimits = {
  maxAgeSeconds: 60,
  maxMessages: 10_000,
  maxBytes: 2 ** 36,
  capacity: 1000,
};

export const cacheLimitNames = Object.keys(defaults);

/** @throws KeysteadError ERR_INVALID_ARGUMENT */
export function checkCacheLimits(limits: DataKeyCacheLimits): CacheLimits {
  const {
    maxAgeSeconds = defaults.maxAgeSeconds,
    maxMessages = defaults.maxMessages,
    maxBytes = defaults.maxBytes,
    capacity = defaults.capacity,
  } = limits;
  demand(
    typeof maxAgeSeconds === 'number' && maxAgeSeconds > 0 && maxAgeSeconds <= 86_400,
    '`maxAgeSeconds` must be more than 0 and at most 86400',
  );
  demandInteger(maxMessages, 'maxMessages', 1, 2 ** 32);
  demandInteger(maxBytes, 'maxBytes', 0, Number.MAX_SAFE_INTEGER);
  demandInteger(capacity, 'capacity', 1, 1_000_000);
  return { maxAgeSeconds, maxMessages, maxBytes, capacity };
}
