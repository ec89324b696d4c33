// The story of a KMS on a real file: a KMS key that never leaves the HSM core, a data key that
// encrypts the file, and the encrypted data key stored beside the file. A second process then reads
// it all back.
//
//   npm run demo              encrypts a small text of its own
//   npm run demo -- FILE      encrypts FILE, which it only reads
//
// Exit status 0 only when every step did what it says.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { Kms, nativeInfo } from 'keystead';

const aliasName = 'alias/catrobot';
const battlePlans = 'find all the doggos, distract them with the yumz\n';
const fileSizeBytesMax = 1024 ** 3;
const shownTextBytesMax = 400;
const readBackOption = '--read-back';

/** A reason to stop that is told in one sentence, without a stack. */
class DemoError extends Error {}

let stepCount = 0;
function step(title, ...lines) {
  stepCount += 1;
  console.log(`\n${stepCount}. ${title}`);
  for (const line of lines) console.log(`   ${line}`);
}

function demand(condition, failure) {
  if (!condition) throw new DemoError(failure);
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The text when it is short and harmless to a terminal, else size and hash. */
function describe(bytes) {
  const text = bytes.length > shownTextBytesMax ? undefined : Buffer.from(bytes).toString('utf8');
  const isShown = text !== undefined && !/\p{Cc}|\uFFFD/u.test(text.replaceAll(/[\n\t]/g, ''));
  return isShown ? `"${text.trimEnd()}"` : `${bytes.length} bytes, SHA-256 ${sha256(bytes)}`;
}

function flipBit(bytes, byteIndex) {
  const changed = Uint8Array.from(bytes);
  changed[byteIndex] ^= 1;
  return changed;
}

async function readInput(file) {
  const status = await stat(file).catch((error) => {
    throw new DemoError(`${file} cannot be read: ${error.message}`);
  });
  demand(status.isFile(), `${file} is not a regular file.`);
  const limit = 'the demo holds the whole file in memory and takes files of up to 1 GiB.';
  demand(status.size <= fileSizeBytesMax, `${file} is too large: ${limit}`);
  return readFile(file);
}

/** Runs `work` and tells whether it was refused with the code. */
async function isRefused(code, work) {
  try {
    await work();
    return false;
  } catch (error) {
    if (error.code === code) return true;
    throw error;
  }
}

async function firstHalf(folder, file) {
  const source = file ?? join(folder, 'battleplans.txt');
  if (file === undefined) await writeFile(source, battlePlans);
  const plaintext = await readInput(source);
  const paths = {
    store: join(folder, 'keys'),
    source,
    encrypted: join(folder, `${basename(source)}.enc`),
    metadata: join(folder, `${basename(source)}.enc.json`),
  };
  step('A file to protect.', source, describe(plaintext));

  const kms = await Kms.open({ path: paths.store });
  try {
    await encryptFile(kms.client(), plaintext, paths);
  } finally {
    await kms.close();
  }
  return paths;
}

async function encryptFile(client, plaintext, paths) {
  const { KeyMetadata } = await client.createKey({ Description: 'catrobot' });
  await client.createAlias({ AliasName: aliasName, TargetKeyId: KeyMetadata.KeyId });
  const { openssl, memory } = nativeInfo();
  step(
    `A KMS key, ${aliasName}. Its key material was born in the HSM core and leaves it only wrapped.`,
    `key ARN        ${KeyMetadata.Arn}`,
    `key material   ${KeyMetadata.CurrentKeyMaterialId.slice(0, 16)}… (its public id, not the key)`,
    `HSM core       ${openssl}, secure memory: ${memory.backing}, ${memory.bytesUnlocked} bytes not locked`,
  );

  const encryptionContext = { file: basename(paths.source), purpose: 'battle plans' };
  const { dataKey, encryptedDataKey } = await client.newDataKey({
    keyId: aliasName,
    encryptionContext,
  });
  step(
    'A data key, and the same data key encrypted under the KMS key. The KMS stores neither.',
    `data key            ${inspect(dataKey)} (a handle: the key itself stays in secure memory)`,
    `encrypted data key  ${encryptedDataKey.length} bytes, ${Buffer.from(encryptedDataKey).toString('base64').slice(0, 32)}…`,
    `encryption context  ${JSON.stringify(encryptionContext)}`,
  );

  const box = await dataKey.encryptAsync(plaintext);
  await writeFile(paths.encrypted, box);
  step(
    'The file, encrypted with the data key (XAES-256-GCM).',
    `${paths.encrypted}, ${box.length} bytes`,
  );

  const metadata = {
    encryptedDataKey: Buffer.from(encryptedDataKey).toString('base64'),
    encryptionContext,
  };
  await writeFile(paths.metadata, `${JSON.stringify(metadata, undefined, 2)}\n`);
  step('The encrypted data key, stored beside the file as its metadata.', paths.metadata);

  dataKey.dispose();
  demand(dataKey.disposed, 'The data key is still there.');
  step(
    'The data key, discarded: its memory is wiped. From here on only the KMS can open the file.',
  );
}

/** In a process of its own: all that it knows, it reads from the disk. */
async function secondHalf(paths) {
  const { encryptedDataKey: text, encryptionContext } = JSON.parse(
    await readFile(paths.metadata, 'utf8'),
  );
  const encryptedDataKey = Buffer.from(text, 'base64');
  const box = await readFile(paths.encrypted);
  const kms = await Kms.open({ path: paths.store });
  try {
    const client = kms.client();
    const { dataKey, keyId } = await client.openDataKey({ encryptedDataKey, encryptionContext });
    step(
      `A new process (${process.pid}) opened the store, read the metadata and had the KMS open the data key.`,
      `opened by ${keyId}`,
    );
    const plaintext = await dataKey.decryptAsync(box);
    step('The file, decrypted with it.', describe(plaintext));
    const isSame = Buffer.compare(plaintext, await readFile(paths.source)) === 0;
    demand(isSame, 'The decrypted file is not the original.');
    step('Compared with the original: the same, byte for byte.');
    await showRefusals(client, dataKey, { encryptedDataKey, encryptionContext, box });
    dataKey.dispose();
    await showPolicies(kms, { encryptedDataKey, encryptionContext });
  } finally {
    await kms.close();
  }
}

async function showRefusals(client, dataKey, { encryptedDataKey, encryptionContext, box }) {
  const wrongContext = { ...encryptionContext, purpose: 'peace plans' };
  demand(
    await isRefused('InvalidCiphertextException', () =>
      client.openDataKey({ encryptedDataKey, encryptionContext: wrongContext }),
    ),
    'A wrong encryption context was accepted.',
  );
  step(
    'With another encryption context the KMS refuses to open the data key.',
    `${JSON.stringify(wrongContext)}: InvalidCiphertextException`,
  );

  const damagedKey = flipBit(encryptedDataKey, encryptedDataKey.length - 1);
  demand(
    await isRefused('InvalidCiphertextException', () =>
      client.openDataKey({ encryptedDataKey: damagedKey, encryptionContext }),
    ),
    'A changed encrypted data key was accepted.',
  );
  const damagedBox = flipBit(box, Math.floor(box.length / 2));
  demand(
    await isRefused('ERR_DECRYPTION_FAILED', () => dataKey.decryptAsync(damagedBox)),
    'A changed file was accepted.',
  );
  step(
    'One flipped bit is refused too.',
    'in the encrypted data key: InvalidCiphertextException',
    'in the encrypted file:     ERR_DECRYPTION_FAILED, and no plaintext',
  );
}

/** People are caught by it all the time: an IAM policy alone opens nothing. */
async function showPolicies(kms, request) {
  const { KeyMetadata } = await kms.client().describeKey({ KeyId: aliasName });
  const { User } = await kms.iam.createUser({ UserName: 'alice' });
  const mayDecrypt = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: KeyMetadata.Arn };
  await kms.iam.putUserPolicy({
    UserName: User.UserName,
    PolicyName: 'decrypt',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: mayDecrypt }),
  });
  const manage = {
    Sid: 'The account manages the key',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${KeyMetadata.AWSAccountId}:root` },
    Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:PutKeyPolicy'],
    Resource: '*',
  };
  await putKeyPolicy(kms, KeyMetadata.KeyId, [manage]);
  const alice = kms.client({ principal: User.Arn });
  demand(
    await isRefused('AccessDeniedException', () => alice.openDataKey(request)),
    'alice was not refused.',
  );
  step(
    'alice, an IAM user whose IAM policy allows kms:Decrypt, is refused: the key policy lets the account manage the key, no more.',
    ...(await explanation(kms, User.Arn)),
  );

  const use = {
    Sid: 'alice decrypts',
    Effect: 'Allow',
    Principal: { AWS: User.Arn },
    Action: 'kms:Decrypt',
    Resource: '*',
  };
  await putKeyPolicy(kms, KeyMetadata.KeyId, [manage, use]);
  const { dataKey } = await alice.openDataKey(request);
  dataKey.dispose();
  step(
    'The key policy put right, alice is let in, at the very next request.',
    ...(await explanation(kms, User.Arn)),
  );
}

function putKeyPolicy(kms, KeyId, Statement) {
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  return kms.client().putKeyPolicy({ KeyId, Policy });
}

/** What kms.explain says, in a few lines. */
async function explanation(kms, principal) {
  const question = { principal, action: 'kms:Decrypt', keyId: aliasName };
  const { decision, reason, policies } = await kms.explain(question);
  return [
    `explain             ${decision}: ${reason}`,
    ...policies.flatMap(({ kind, document, allows, nearest }) => [
      ...allows.map(
        ({ sid, index }) => `  ${kind} '${document}' allows it: statement ${index}${named(sid)}`,
      ),
      ...nearest.map(
        ({ statement: { sid, index }, mismatches }) =>
          `  ${kind} '${document}': statement ${index}${named(sid)} does not, for its ${mismatches.map(({ element }) => element).join(', ')}`,
      ),
    ]),
  ];
}

function named(sid) {
  return sid === undefined ? '' : ` (${sid})`;
}

async function runSecondProcess(paths) {
  const script = fileURLToPath(import.meta.url);
  const options = [readBackOption, JSON.stringify(paths), String(stepCount)];
  const child = spawn(process.execPath, [script, ...options], { stdio: 'inherit' });
  const [status] = await once(child, 'exit');
  demand(status === 0, 'The second process failed.');
}

async function playBothHalves(file) {
  const folder = mkdtempSync(join(tmpdir(), 'keystead-demo-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  process.once('SIGINT', () => {
    removeFolder();
    process.exit(130);
  });
  try {
    await runSecondProcess(await firstHalf(folder, file));
  } finally {
    removeFolder();
  }
  console.log('\nAll of it held. The temporary folder is gone.');
}

async function main([first, second, third]) {
  if (first !== readBackOption) return playBothHalves(first);
  stepCount = Number(third);
  return secondHalf(JSON.parse(second));
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof DemoError ? `\n${error.message}` : error);
  process.exitCode = 1;
}
