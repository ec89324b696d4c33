// The AWS SDK for JavaScript beside us: its command objects, its class's operations, and the
// Encryption SDK's keyring on our client.

import { buildClient, CommitmentPolicy, KmsKeyringNode } from '@aws-crypto/client-node';
import * as sdk from '@aws-sdk/client-kms';
import { beforeEach, describe, expect, test } from 'vitest';
import { KmsClient } from '../../lib/kms_client.js';
import { operations, unservedOperations } from '../../lib/operations/table.js';
import type { SdkCommand } from '../../lib/sdk_command.js';
import { account, region } from '../unit/engine_for_tests.js';
import {
  makeScene,
  operationNames,
  outcome,
  plaintext,
  requests,
  type Scene,
} from './support/scene.js';

let scene: Scene;
beforeEach(async () => {
  scene = await makeScene();
});

type CommandClass = new (input: object) => SdkCommand<object>;
const commands = sdk as unknown as Record<string, CommandClass>;
const methodOf = (name: string) => `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
const sdkOperations = Object.keys(sdk)
  .filter((name) => /^[A-Z].*Command$/.test(name) && name !== '$Command')
  .map((name) => name.slice(0, -'Command'.length));

test('served and unserved are all operations of the AWS SDK', () => {
  console.info(`not served yet:\n  ${unservedOperations.join('\n  ')}`);
  expect([...Object.keys(operations), ...unservedOperations].sort()).toEqual(
    [...sdkOperations].sort(),
  );
  expect(sdkOperations).toHaveLength(56);
  for (const [name, operation] of Object.entries(operations)) expect(operation.name).toBe(name);
});

describe.each(operationNames)('%s', (name) => {
  const prepare = async () => {
    if (name === 'CancelKeyDeletion')
      await scene.engine.change(scene.key.KeyId, { keyState: 'PendingDeletion' });
  };

  test('runs as the SDK’s command, and as a method', async () => {
    await prepare();
    const Command = commands[`${name}Command`] as CommandClass;
    const sent = await scene.client.send(new Command(requests[name](scene)));
    scene = await makeScene();
    await prepare();
    const method = methodOf(name) as 'encrypt';
    const called = await scene.client[method](requests[name](scene) as never);
    expect(Object.keys(sent).sort()).toEqual(Object.keys(called).sort());
    expect(sent).toHaveProperty('$metadata.httpStatusCode', 200);
  });

  test('answers the members that the SDK knows, and no others', async () => {
    await prepare();
    const output = await scene.client.call(name, requests[name](scene));
    const members = outputMembers(name);
    expect(Object.keys(output).filter((member) => !members.includes(member))).toEqual([]);
  });
});

/** The members of an operation's output, from the SDK's schema. */
function outputMembers(name: string): readonly string[] {
  const command = new (commands[`${name}Command`] as CommandClass)({});
  const [, , , , , output] = (command as unknown as { schema: unknown[] }).schema;
  const resolved = (typeof output === 'function' ? output() : output) as unknown;
  const names = Array.isArray(resolved) ? resolved[4] : [];
  return ['$metadata', ...(Array.isArray(names) ? names : [])];
}

test.each([...unservedOperations])('%s is refused, as a command and by name', async (name) => {
  const Command = commands[`${name}Command`] as CommandClass;
  const expected = `UnsupportedOperationException: ${name} is not supported yet`;
  expect(await outcome(scene.client.send(new Command({})))).toBe(expected);
  expect(await outcome(scene.client.call(name, {}))).toBe(expected);
});

describe('send', () => {
  test('throws as the SDK throws', async () => {
    const command = new sdk.EncryptCommand({ KeyId: 'alias/none', Plaintext: plaintext });
    const work = scene.client.send(command);
    await expect(work).rejects.toMatchObject({
      name: 'NotFoundException',
      $fault: 'client',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('knows commands of older SDKs, and those whose class a bundler renamed', async () => {
    const input = { KeyId: scene.key.KeyId };
    class DescribeKeyCommand {
      readonly input = input;
    }
    const older = new DescribeKeyCommand() as unknown as SdkCommand<sdk.DescribeKeyCommandOutput>;
    expect((await scene.client.send(older)).KeyMetadata?.Arn).toBe(scene.key.Arn);
    const Mangled = class a extends sdk.DescribeKeyCommand {};
    const renamed = new Mangled(input) as unknown as SdkCommand<sdk.DescribeKeyCommandOutput>;
    expect((await scene.client.send(renamed)).KeyMetadata?.Arn).toBe(scene.key.Arn);
  });

  class PutObjectCommand {
    readonly schema = [9, 'com.amazonaws.s3', 'PutObject', 0];
    readonly input = {};
  }
  class Encrypt {
    readonly input = {};
  }
  class EncryptCommand {
    readonly input = 'text';
  }
  test.each([
    undefined,
    null,
    {},
    'EncryptCommand',
    Object.create(null),
    { input: {} },
    { input: {}, schema: 'Encrypt' },
    new PutObjectCommand(),
    new Encrypt(),
    new EncryptCommand(),
  ])('takes no %o', async (command) => {
    expect(await outcome(scene.client.send(command as never))).toBe(
      'ERR_INVALID_ARGUMENT: send() takes a command of the AWS SDK',
    );
  });
});

test('the client has a method for every operation, and our own', () => {
  const ours = [
    'call',
    'send',
    'via',
    'newDataKey',
    'newDataKeys',
    'openDataKey',
    'openDataKeys',
    'reEncrypts',
    'listAllAliases',
    'listAllGrants',
    'listAllKeyPolicies',
    'listAllKeyRotations',
    'listAllKeys',
    'listAllResourceTags',
    'listAllRetirableGrants',
  ];
  const methods = Object.getOwnPropertyNames(KmsClient.prototype);
  expect(methods).toEqual(expect.arrayContaining([...ours, ...operationNames.map(methodOf)]));
});

test('trap 2: KmsKeyringNode encrypts and decrypts on our client, in process', async () => {
  const { client, key, second } = scene;
  const clientProvider = () => client as never;
  const options = { clientProvider, generatorKeyId: key.Arn, keyIds: [second.Arn] };
  const { encrypt, decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
  const encryptionContext = { app: 'x', stage: 'test' };
  const { result } = await encrypt(new KmsKeyringNode(options), Buffer.from(plaintext), {
    encryptionContext,
  });
  for (const keyIds of [[key.Arn], [second.Arn]]) {
    const opened = await decrypt(new KmsKeyringNode({ clientProvider, keyIds }), result);
    expect(new Uint8Array(opened.plaintext)).toEqual(plaintext);
    // The SDK adds its public key to the context: it is bound as every other pair.
    expect(opened.messageHeader.encryptionContext).toMatchObject(encryptionContext);
    expect(opened.messageHeader.encryptionContext).toHaveProperty('aws-crypto-public-key');
  }
  const discovery = new KmsKeyringNode({ clientProvider, discovery: true });
  expect(new Uint8Array((await decrypt(discovery, result)).plaintext)).toEqual(plaintext);
  await client.disableKey({ KeyId: key.KeyId });
  const disabled = new KmsKeyringNode({ clientProvider, keyIds: [key.Arn] });
  await expect(decrypt(disabled, result)).rejects.toThrow();
  expect(key.Arn).toMatch(`arn:aws:kms:${region}:${account}:`);
});
