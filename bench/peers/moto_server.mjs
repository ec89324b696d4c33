// moto's KMS over HTTP, as `moto_server` runs it: one process that checks no signature and closes each
// connection after its answer. It is moto's own API that makes the key and the ciphertext.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { endWithUs } from './end_with_us.mjs';
import { PeerError } from './peer_error.mjs';
import { signHeaders } from './sigv4_signer.mjs';

export const against = 'moto_server, no signature checked, a connection for each request';
/** Moto takes the service and the Region from them, and any secret for right. */
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'unchecked' };
const encryptionContext = { tenant: 'alice' };

/**
 * @param {number} lifeMs then it is killed, so that nothing waits for one that hangs
 * @returns what `kms_server.mjs` prints, and `stop`
 */
export async function startMoto(lifeMs) {
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: lifeMs,
    killSignal: 'SIGKILL',
  });
  await once(child, 'spawn');
  endWithUs(child);
  const stop = () => end(child);
  try {
    const url = await urlOf(child);
    return { stop, url, ...credentials, encryptionContext, ...(await makeKey(url)) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** It logs where it listens, and every request after that. */
async function urlOf({ stderr }) {
  let last = 'it says nothing';
  for await (const line of createInterface({ input: stderr })) {
    const [, url] = /Running on (http:\S+)/.exec(line) ?? [];
    if (url !== undefined) {
      stderr.resume();
      return url;
    }
    last = line;
  }
  throw new PeerError(`moto_server does not start: ${last}`);
}

async function makeKey(url) {
  const { KeyMetadata } = await call(url, 'CreateKey', {});
  const { CiphertextBlob } = await call(url, 'GenerateDataKey', {
    KeyId: KeyMetadata.KeyId,
    KeySpec: 'AES_256',
    EncryptionContext: encryptionContext,
  });
  return { keyId: KeyMetadata.KeyId, ciphertextBlob: CiphertextBlob };
}

async function call(url, operation, input) {
  const body = JSON.stringify(input);
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    host: new URL(url).host,
    'x-amz-target': `TrentService.${operation}`,
  };
  const signer = { ...credentials, region: 'us-east-1', service: 'kms', timeMs: Date.now() };
  const signed = signHeaders({ method: 'POST', headers, body }, signer);
  const response = await fetch(url, { method: 'POST', headers: signed, body }).catch((cause) => {
    throw new PeerError(`moto_server does not answer ${operation}`, { cause });
  });
  if (!response.ok) throw new PeerError(`moto_server answers ${operation} with ${response.status}`);
  return await response.json();
}

async function end(child) {
  child.stderr.destroy();
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
