// Engines that stand on one store side by side, each as another process would: with a cache, a held
// root key and a clock of its own.

import { makeCaller } from '../../../lib/caller.js';
import { checkClientOptions, type KmsClientOptions } from '../../../lib/client_options.js';
import { makeEngine } from '../../../lib/engine.js';
import { addon } from '../../../lib/hsm/index.js';
import { runDueJobs } from '../../../lib/keys/due_jobs.js';
import { KeyRegistry } from '../../../lib/keys/registry.js';
import { keyRewraps, rekey } from '../../../lib/keys/rekey.js';
import type { RootKeySource } from '../../../lib/keys/root_key.js';
import { unlockStore } from '../../../lib/keys/root_key.js';
import { KmsClient } from '../../../lib/kms_client.js';
import { MemoryStore } from '../../../lib/store/memory.js';
import type { Store } from '../../../lib/store/store.js';

export const account = '111122223333';
export const otherAccount = '444455556666';
export const region = 'eu-central-1';
export const dayMs = 86_400_000;
export const startMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

export const rootKeyA: RootKeySource = () => new Uint8Array(32).fill(0xa);
export const rootKeyB: RootKeySource = () => new Uint8Array(32).fill(0xb);

/** A time that all engines of a test go by. */
export interface TestClock {
  nowMs: number;
}

export interface EngineOptions {
  readonly source?: RootKeySource;
  readonly clock?: TestClock;
  readonly cacheSize?: number;
}

/** An engine on a store that others may have open too. */
export async function engineOn(
  ground: Store = new MemoryStore(),
  { source = rootKeyA, clock = { nowMs: startMs }, cacheSize }: EngineOptions = {},
) {
  const hsm = addon();
  const { store, rootKey } = await unlockStore(hsm, ground, source);
  const base = { hsm, rootKey, store, nowMs: () => clock.nowMs, cacheSize };
  const { engine, iam, upkeep } = makeEngine(base);
  // Tests do what is due at moments of their own.
  await upkeep.stop();
  const { registry, usage } = engine;

  function client(options: KmsClientOptions = {}): KmsClient {
    const checked = checkClientOptions(options, { account, region });
    const assertOpen = () => {};
    return new KmsClient(makeCaller({ engine, iam, strictPrincipals: false, assertOpen }, checked));
  }

  return {
    hsm,
    ground,
    store,
    rootKey,
    engine,
    registry,
    usage,
    clock,
    client,
    /** A registry that has read nothing yet. */
    freshRegistry: () => new KeyRegistry(base),
    runDue: () => runDueJobs(registry),
    rekey: (next: RootKeySource) => rekey({ hsm, rootKey, store, rewraps: keyRewraps }, next),
  };
}

export type TestEngine = Awaited<ReturnType<typeof engineOn>>;

/** The code of the error that the work fails with; undefined when it succeeds. */
export function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (error: { code?: string }) => error.code ?? String(error),
  );
}

/** A policy that lets the account do everything, and the statements before it. */
export function keyPolicy(...statements: object[]): string {
  const root = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [...statements, root] });
}
