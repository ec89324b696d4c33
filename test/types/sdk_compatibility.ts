// Compiled, never run: a KmsClient can stand where the AWS SDK's KMS stands, as far as its methods are
// served, and takes what the SDK's commands hold.

import type { EncryptCommand, EncryptCommandOutput, KMS } from '@aws-sdk/client-kms';
import type { KmsClient } from '../../lib/index.js';
import type { operations } from '../../lib/operations/table.js';

/** The SDK's methods that are served, by the table's names. */
type Served = Uncapitalize<keyof typeof operations>;

/** What is served of the SDK's class. */
export type ServedPart = Pick<KMS, Served>;

declare const client: KmsClient;
export const standsForTheSdk: ServedPart = client;

/** A command's answer has the command's type. */
declare const command: EncryptCommand;
export const answer: Promise<EncryptCommandOutput> = client.send(command);

/** Every served method of the SDK is one of ours: none is forgotten. */
export type Forgotten = Exclude<Served, keyof KmsClient>;
export const nothingForgotten: [Forgotten] extends [never] ? true : Forgotten = true;

/** An input of the SDK without the `undefined` that it allows of every member. */
type Given<Value> = Value extends Uint8Array | Date
  ? Value
  : Value extends readonly (infer Item)[]
    ? Given<Item>[]
    : Value extends object
      ? { [Name in keyof Value]: Given<Exclude<Value[Name], undefined>> }
      : Value;

/** What is a complete input for the SDK is one for us. */
export type Refused = {
  [Name in Served]: Given<Parameters<KMS[Name]>[0]> extends Parameters<KmsClient[Name]>[0]
    ? never
    : Name;
}[Served];
export const nothingRefused: [Refused] extends [never] ? true : Refused = true;
