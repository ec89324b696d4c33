// What of the environment reaches OpenSSL's Configure: the compiler, and nothing that would change what is built.

import { expect, test } from 'vitest';
import { configureEnvironment } from '../../native/openssl/configure_flags.mjs';

test.each(['CFLAGS', 'LDFLAGS', 'CROSS_COMPILE', 'KERNEL_BITS', 'GNUMAKEFLAGS', '__CNF_CFLAGS'])(
  '%s does not',
  (name) => {
    expect(configureEnvironment({ [name]: 'stray', CC: 'gcc' })).toEqual({ CC: 'gcc' });
  },
);
