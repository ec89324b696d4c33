// Messages in files: read and written in C++ alone. A target appears whole and verified, or not at
// all.

import { stat } from 'node:fs/promises';
import { MessageFile, type MessageLimits } from '../hsm/index.js';
import { demand } from './arguments.js';
import type {
  DecryptedMessage,
  DecryptFileOptions,
  DecryptRangeOptions,
  EncryptFileOptions,
  MessageInfo,
} from './call_options.js';
import { readContext, readExpected } from './message_context.js';
import type { MessageKeys } from './message_keys.js';
import type { MessageOpener, OpenedMessage } from './message_opener.js';
import { refuseSigned } from './signature_policy.js';
import { throwIfAborted, watch } from './watched_work.js';

type Opener = Pick<MessageOpener, 'open'>;

export async function encryptToFile(
  keys: MessageKeys,
  source: string,
  target: string,
  options: EncryptFileOptions,
): Promise<void> {
  requirePaths(source, target);
  throwIfAborted(options.signal);
  const context = readContext(options.encryptionContext);
  const { writer, release } = await keys.forEncryption(context, await sizeOf(source));
  try {
    await watch(writer.encryptFile(source, target, targetOptions(options)), options);
  } finally {
    release();
  }
}

export async function decryptToFile(
  opener: MessageOpener,
  limits: MessageLimits,
  source: string,
  target: string,
  options: DecryptFileOptions,
): Promise<MessageInfo> {
  requirePaths(source, target);
  return withFile(opener, limits, source, options, async (file, opened) => {
    const { dataKey, unstoredContext, info } = opened;
    const how = { ...targetOptions(options), unstoredContext };
    await watch(file.decryptTo(dataKey, target, how), options);
    return info;
  });
}

export async function decryptFileRange(
  opener: MessageOpener,
  limits: MessageLimits,
  path: string,
  [start, end]: readonly [number, number],
  options: DecryptRangeOptions,
): Promise<DecryptedMessage> {
  requirePaths(path);
  const isRange = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  demand(isRange && 0 <= start && start <= end, 'a range has 0 <= start <= end');
  const open: Opener['open'] = async (header, expected) => {
    refuseSigned(header, 'a range');
    return opener.open(header, expected);
  };
  return withFile({ open }, limits, path, options, async (file, opened) => {
    const { dataKey, unstoredContext, info } = opened;
    const how = { threads: options.threads, unstoredContext };
    const job = file.decryptRange(dataKey, start, end, how);
    return { plaintext: await watch(job, options), ...info };
  });
}

async function withFile<T>(
  opener: Opener,
  limits: MessageLimits,
  path: string,
  options: DecryptRangeOptions,
  work: (file: MessageFile, opened: OpenedMessage) => Promise<T>,
): Promise<T> {
  throwIfAborted(options.signal);
  const expected = readExpected(options);
  const file = await MessageFile.open(path, limits);
  try {
    const opened = await opener.open(file.header, expected);
    try {
      return await work(file, opened);
    } finally {
      opened.release();
    }
  } finally {
    file.close();
  }
}

/** A file that cannot be looked at costs nothing: encrypting it fails. */
async function sizeOf(source: string): Promise<number> {
  return stat(source).then(
    ({ size }) => size,
    () => 0,
  );
}

function targetOptions({ overwrite, sync, threads }: EncryptFileOptions) {
  return { overwrite, sync, threads };
}

function requirePaths(...paths: readonly string[]): void {
  const arePaths = paths.every((path) => typeof path === 'string' && path !== '');
  demand(arePaths, 'a file is named by a string that is not empty');
}
