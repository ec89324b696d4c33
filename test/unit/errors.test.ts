import { expect, test } from 'vitest';
import {
  isDecryptionFailure,
  KeysteadError,
  KmsError,
  kmsErrorStatusCodes,
} from '../../lib/errors.js';

test('an operation fails as the AWS SDK fails', () => {
  const error = new KmsError('NotFoundException', 'gone');
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: 'NotFoundException',
    code: 'NotFoundException',
    message: 'gone',
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
  });
  expect(String(error)).toBe('NotFoundException: gone');
});

test('only faults of the service are 500', () => {
  const names = Object.keys(kmsErrorStatusCodes) as (keyof typeof kmsErrorStatusCodes)[];
  const server = names.filter((name) => new KmsError(name, '').$fault === 'server');
  expect(server.sort()).toEqual([
    'DependencyTimeoutException',
    'KMSInternalException',
    'KeyUnavailableException',
  ]);
  for (const name of server) expect(new KmsError(name, '').$metadata.httpStatusCode).toBe(500);
});

test('only the opaque failure is a decryption failure', () => {
  expect(isDecryptionFailure(new KeysteadError('ERR_DECRYPTION_FAILED', ''))).toBe(true);
  expect(isDecryptionFailure(new KeysteadError('ERR_DISPOSED', ''))).toBe(false);
  expect(isDecryptionFailure(Object.assign(new Error(), { code: 'ERR_DECRYPTION_FAILED' }))).toBe(
    false,
  );
});
