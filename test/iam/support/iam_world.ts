// An engine in memory with its IAM, and clients for whoever a test needs. The test can reach the
// store under it and moves the clock.

import { makeCaller, makeIamCaller } from '../../../lib/caller.js';
import { checkClientOptions, type KmsClientOptions } from '../../../lib/client_options.js';
import type { FoundCredential, UsableCredential } from '../../../lib/iam/credentials.js';
import {
  type IamClient,
  iamClient,
  type StsClient,
  stsClient,
} from '../../../lib/iam/iam_client.js';
import type { Identity } from '../../../lib/operations/operation.js';
import { account, openEngine, region } from '../../unit/engine_for_tests.js';

export { account, refusal, region, startMs } from '../../unit/engine_for_tests.js';

export const rootArn = `arn:aws:iam::${account}:root`;
export const userArn = (name: string) => `arn:aws:iam::${account}:user/${name}`;
export const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`;
export const policyArn = (name: string) => `arn:aws:iam::${account}:policy/${name}`;

/** A document of one statement, or of several. */
export function document(...statements: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** A document that allows some actions on everything. */
export function allow(...actions: string[]): string {
  return document({ Effect: 'Allow', Action: actions, Resource: '*' });
}

/** A document that denies some actions on everything. */
export function deny(...actions: string[]): string {
  return document({ Effect: 'Deny', Action: actions, Resource: '*' });
}

/** A trust policy for some principals. */
export function trust(principals: string | readonly string[], more: object = {}): string {
  const actions = ['sts:AssumeRole', 'sts:TagSession'];
  return document({ Effect: 'Allow', Principal: { AWS: principals }, Action: actions, ...more });
}

export async function openWorld() {
  const engine = await openEngine();
  const ground = (strictPrincipals: boolean) => ({
    engine: engine.engine,
    iam: engine.iam,
    strictPrincipals,
    assertOpen: () => {},
  });
  const callerOf = (options: KmsClientOptions, strict: boolean) =>
    makeIamCaller(
      ground(strict),
      makeCaller(ground(strict), checkClientOptions(options, { account, region })),
    );
  const iam = (options: KmsClientOptions = {}, strict = false): IamClient =>
    iamClient(callerOf(options, strict));
  const sts = (options: KmsClientOptions = {}, strict = false): StsClient =>
    stsClient(callerOf(options, strict));
  const { credentials } = engine.iam;
  const find = async (id: string, token?: string): Promise<FoundCredential> =>
    credentials.current(id, token) ?? (await credentials.load(id, token));
  /** An access key that must be usable. */
  const use = async (id: string, token?: string): Promise<UsableCredential> => {
    const found = await find(id, token);
    if (found.status !== 'ok') throw new Error(`the access key is ${found.status}`);
    return found;
  };
  /** Clients of whoever an access key belongs to. */
  const callerAs = (identity: Identity) => makeIamCaller(ground(false), { identity, keys: {} });
  const iamAs = (identity: Identity): IamClient => iamClient(callerAs(identity));
  const stsAs = (identity: Identity): StsClient => stsClient(callerAs(identity));
  const { iam: iamParts } = engine;
  return { ...engine, iamParts, root: iam(), iam, sts, iamAs, stsAs, find, use };
}

export type World = Awaited<ReturnType<typeof openWorld>>;
