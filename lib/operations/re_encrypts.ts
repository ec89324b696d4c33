// Our reEncrypts: many ciphertexts wrapped anew, for jobs that go through what was encrypted under an
// old key or under old key material.

import type { ReEncryptsInput, ReEncryptsOutput } from '../types.js';
import type { BatchPlan } from './batch.js';
import {
  encryptionContextMember,
  keyIdMember,
  requiredCiphertextBlobMember,
  requiredKeyIdMember,
} from './members.js';
import { OperationCall } from './operation_call.js';
import { admitBoth, findBoth, recordReEncrypt, reEncrypt } from './re_encrypt.js';
import { compileShape, type Validated } from './shape.js';
import { unwrapEach } from './unwrap.js';

type Request = Validated<ReEncryptsInput>;

const validate = compileShape<ReEncryptsInput>({
  ciphertextBlob: requiredCiphertextBlobMember,
  sourceEncryptionContext: encryptionContextMember,
  sourceKeyId: keyIdMember,
  destinationKeyId: requiredKeyIdMember,
  destinationEncryptionContext: encryptionContextMember,
});

export const reEncrypts: BatchPlan<ReEncryptsInput, Request, ReEncryptsOutput> = {
  operation: reEncrypt,
  async prepare(input, caller, asker) {
    const request = validate(input);
    const call = new OperationCall(reEncrypt, asAws(request), caller, asker);
    return { request, keys: await findBoth(call.request, call) };
  },
  signature: (request) => [
    request.sourceKeyId,
    request.destinationKeyId,
    request.sourceEncryptionContext,
    request.destinationEncryptionContext,
  ],
  run({ request, keys: [source, destination] }, requests, caller, asker) {
    if (source === undefined || destination === undefined) return [];
    const call = new OperationCall(reEncrypt, asAws(request), caller, asker);
    admitBoth(source, destination, call.request, call);
    const { engine } = caller;
    const { keyMaterialId: destinationKeyMaterialId } = destination.currentMaterial;
    const into = engine.registry.currentHandle(destination);
    const wrapped = unwrapEach(
      requests.map(({ ciphertextBlob }) => ciphertextBlob),
      source,
      engine,
      (hsm, handle, blobs) =>
        hsm.kmsKeyReEncrypts(
          handle,
          blobs,
          request.sourceEncryptionContext,
          into,
          request.destinationEncryptionContext,
        ),
    );
    if (wrapped.some(({ status }) => status === 'fulfilled'))
      recordReEncrypt(source, destination, call);
    return wrapped.map((answer) =>
      answer.status === 'rejected'
        ? answer
        : {
            status: 'fulfilled',
            value: {
              ciphertextBlob: answer.value.value,
              sourceKeyId: source.arn,
              keyId: destination.arn,
              sourceKeyMaterialId: answer.value.keyMaterialId,
              destinationKeyMaterialId,
            },
          },
    );
  },
};

/** The same request in AWS's members, which the permissions of ReEncrypt read. */
function asAws(request: Request) {
  return {
    CiphertextBlob: request.ciphertextBlob,
    SourceKeyId: request.sourceKeyId,
    SourceEncryptionContext: request.sourceEncryptionContext,
    DestinationKeyId: request.destinationKeyId,
    DestinationEncryptionContext: request.destinationEncryptionContext,
  };
}
