// What backs secure memory on this machine, asked of a child, since it is decided once per process.

import { KeyHolder } from './key_holder.js';

export const withMlock = { KEYSTEAD_SECURE_MEMORY_BACKING: 'mlock' };

export async function backingOf(environment: Record<string, string>): Promise<string> {
  const probe = new KeyHolder(environment);
  await probe.run('generate');
  const { backing = '' } = await probe.run('memory');
  await probe.end();
  return backing;
}
