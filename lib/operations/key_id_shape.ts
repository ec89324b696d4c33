// The shape of requests that name a key by key id or key ARN and say nothing else.

import type { KeyIdInput } from '../types.js';
import { requiredKeyIdMember } from './members.js';
import type { KeyLocator } from './operation.js';
import { compileShape } from './shape.js';

export const validateKeyId = compileShape<KeyIdInput>({ KeyId: requiredKeyIdMember });

/** For operations that take no aliases. */
export const byKeyId: KeyLocator<KeyIdInput> = { keyMember: 'KeyId', aliases: false };
