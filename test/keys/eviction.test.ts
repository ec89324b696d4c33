// A cache that is much too small, under the hands of many requests at once, with another engine
// changing the keys.

import { expect, test } from 'vitest';
import { MemoryStore } from '../../lib/store/memory.js';
import { codeOf, engineOn, keyPolicy } from './support/engines.js';

test('keys that have to make room while they are in use serve all the same', async () => {
  const ground = new MemoryStore();
  const engine = await engineOn(ground, { cacheSize: 3 });
  const other = await engineOn(ground, { cacheSize: 2 });
  const made = await Promise.all(
    Array.from({ length: 20 }, () => engine.client().createKey({ Policy: keyPolicy() })),
  );
  const keyIds = made.map(({ KeyMetadata }) => KeyMetadata.KeyId);
  async function use(n: number): Promise<void> {
    const KeyId = keyIds[n % keyIds.length] as string;
    const [client, reader] = n % 3 === 0 ? [other, engine] : [engine, other];
    const Plaintext = Uint8Array.of(n);
    const { CiphertextBlob } = await client.client().encrypt({ KeyId, Plaintext });
    if (n % 7 === 0) {
      await reader.client().rotateKeyOnDemand({ KeyId });
      await codeOf(reader.runDue());
    }
    if (n % 5 === 0) await reader.client().updateKeyDescription({ KeyId, Description: `${n}` });
    const output = await reader.client().decrypt({ CiphertextBlob });
    expect(output.Plaintext).toEqual(Plaintext);
  }
  await Promise.all(Array.from({ length: 400 }, (_, n) => use(n)));
});
