// The AWS SDK for JavaScript, pointed at a Keystead server in place of AWS KMS: nothing but the endpoint
// changes. The server runs in this program here; usually it is one of its own (`keystead serve`).
//
//   node examples/aws_sdk_client.mjs

import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import { Kms, serve } from 'keystead';

/** A user who may use one key, and nothing else. */
async function makeUser(kms, keyArn) {
  await kms.iam.createUser({ UserName: 'alice' });
  const statement = {
    Effect: 'Allow',
    Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
    Resource: keyArn,
  };
  await kms.iam.putUserPolicy({
    UserName: 'alice',
    PolicyName: 'data-keys',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
  });
  return accessKeyOf(kms, { UserName: 'alice' });
}

async function accessKeyOf(kms, input) {
  const { AccessKey } = await kms.iam.createAccessKey(input);
  return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
}

async function main() {
  const kms = await Kms.open({ store: 'memory', account: '111122223333', region: 'eu-central-1' });
  const server = await serve(kms, { port: 0, metricsPort: false });
  const connect = (credentials) =>
    new KMSClient({ endpoint: server.url, region: 'eu-central-1', credentials });

  // The account's root makes a key.
  const root = connect(await accessKeyOf(kms, {}));
  const { KeyMetadata } = await root.send(new CreateKeyCommand({ Description: 'catrobot' }));
  const alias = { AliasName: 'alias/catrobot', TargetKeyId: KeyMetadata.KeyId };
  await root.send(new CreateAliasCommand(alias));
  console.log(`key       ${KeyMetadata.Arn}`);

  // Alice uses it.
  const alice = connect(await makeUser(kms, KeyMetadata.Arn));
  const EncryptionContext = { tenant: 'alice' };
  const dataKey = await alice.send(
    new GenerateDataKeyCommand({ KeyId: alias.AliasName, KeySpec: 'AES_256', EncryptionContext }),
  );
  const { CiphertextBlob } = dataKey;
  const opened = await alice.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
  const isSame = Buffer.compare(opened.Plaintext, dataKey.Plaintext) === 0;
  console.log(`data key  ${CiphertextBlob.length} bytes encrypted; opened again: ${isSame}`);

  // She may not make keys, and is told why.
  const refusal = await alice.send(new CreateKeyCommand({})).catch((error) => error);
  console.log(`refused   ${refusal.name}: ${refusal.message}`);

  for (const client of [root, alice]) client.destroy();
  await server.close();
  await kms.close();
}

await main();
