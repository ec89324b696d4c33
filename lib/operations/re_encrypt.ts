// ReEncrypt: opens a ciphertext under one key and wraps what is in it under another, or under the
// same with another context; the plaintext stays inside the HSM core. Two permissions, each on its
// key. https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html

import { parseEncryptionContext } from '../envelope/encryption_context.js';
import { mustBeEnabled } from '../keys/key_state.js';
import type { KmsKey } from '../keys/kms_key.js';
import type { ReEncryptInput, ReEncryptOutput } from '../types.js';
import { endDryRun } from './dry_run.js';
import { ignoresCiphertext, requireCiphertext } from './dry_run_modifiers.js';
import {
  algorithmValues,
  requireKeyIdForAsymmetric,
  requireSymmetricAlgorithm,
} from './encryption_algorithm.js';
import { findKey, findNamedKey } from './find_key.js';
import { checkGrantTokens } from './grant_tokens.js';
import {
  ciphertextBlobMember,
  dryRunMember,
  dryRunModifiersMember,
  encryptionAlgorithmMember,
  encryptionContextMember,
  grantTokensMember,
  keyIdMember,
  requiredKeyIdMember,
} from './members.js';
import type { KeylessOperation, Permission } from './operation.js';
import { actionNamed, type OperationCall } from './operation_call.js';
import type { Validated } from './shape.js';
import { compileShape } from './shape.js';
import { unwrap } from './unwrap.js';

type Request = Validated<ReEncryptInput>;
type ReEncryptCall = OperationCall<ReEncryptInput>;

export const reEncryptFrom: Permission<ReEncryptInput> = {
  action: actionNamed('kms:ReEncryptFrom'),
  aliasMember: 'SourceKeyId',
  encryptionContext: (request) => parseEncryptionContext(request.SourceEncryptionContext),
  conditions: ({ SourceEncryptionAlgorithm }) => algorithmValues(SourceEncryptionAlgorithm),
  state: mustBeEnabled,
};
export const reEncryptTo: Permission<ReEncryptInput> = {
  action: actionNamed('kms:ReEncryptTo'),
  aliasMember: 'DestinationKeyId',
  encryptionContext: (request) => parseEncryptionContext(request.DestinationEncryptionContext),
  conditions: (request) => algorithmValues(request.DestinationEncryptionAlgorithm),
  state: mustBeEnabled,
};

export const reEncrypt: KeylessOperation<ReEncryptInput, ReEncryptOutput> = {
  name: 'ReEncrypt',
  action: reEncryptFrom.action,
  onNoResource: false,
  validate: compileShape<ReEncryptInput>({
    CiphertextBlob: ciphertextBlobMember,
    SourceEncryptionContext: encryptionContextMember,
    SourceKeyId: keyIdMember,
    DestinationKeyId: requiredKeyIdMember,
    DestinationEncryptionContext: encryptionContextMember,
    SourceEncryptionAlgorithm: encryptionAlgorithmMember,
    DestinationEncryptionAlgorithm: encryptionAlgorithmMember,
    GrantTokens: grantTokensMember,
    DryRun: dryRunMember,
    DryRunModifiers: dryRunModifiersMember,
  }),
  check(request) {
    requireCiphertext(request, request.SourceKeyId, 'sourceKeyId');
    requireKeyIdForAsymmetric(request.SourceEncryptionAlgorithm, request.SourceKeyId);
  },
  async run(request, call) {
    const [source, destination] = await findBoth(request, call);
    call.caller.assertOpen();
    checkGrantTokens(request.GrantTokens, call.caller);
    admitBoth(source, destination, request, call);
    requireSymmetricAlgorithm(request.SourceEncryptionAlgorithm, source);
    requireSymmetricAlgorithm(request.DestinationEncryptionAlgorithm, destination);
    const output = reEncryptUnder(source, destination, request, call);
    if (request.DryRun === true) return endDryRun(output);
    recordReEncrypt(source, destination, call);
    return output;
  },
};

/** It is a use of both keys. */
export function recordReEncrypt(source: KmsKey, destination: KmsKey, call: ReEncryptCall): void {
  for (const key of [source, destination]) call.engine.usage.record(key, 'ReEncrypt', call.timeMs);
}

/** The source's key and the destination's. @throws KmsError as both are found one after the other */
export async function findBoth(
  request: Request,
  call: ReEncryptCall,
): Promise<readonly [KmsKey, KmsKey]> {
  const locator = {
    keyMember: 'SourceKeyId',
    aliases: true,
    blobMember: 'CiphertextBlob',
  } as const;
  const source = await findKey(locator, call.for(reEncryptFrom, request));
  try {
    const destination = await findNamedKey(
      request.DestinationKeyId,
      call.for(reEncryptTo, request),
    );
    return [source, destination];
  } catch (error) {
    // Whoever may not have the source is told just that, whether the destination exists or not.
    admitHalf(reEncryptFrom, source, false, request, call);
    throw error;
  }
}

/** @throws KmsError AccessDeniedException, or what the state of one of the keys forbids */
export function admitBoth(
  source: KmsKey,
  destination: KmsKey,
  request: Request,
  call: ReEncryptCall,
): void {
  const isSameKey = source.arn === destination.arn;
  admitHalf(reEncryptFrom, source, isSameKey, request, call);
  admitHalf(reEncryptTo, destination, isSameKey, request, call);
}

function admitHalf(
  permission: Permission<ReEncryptInput>,
  key: KmsKey,
  isSameKey: boolean,
  request: Request,
  call: ReEncryptCall,
): void {
  const half = call.for(permission, request);
  half.prepared = { 'kms:ReEncryptOnSameKey': String(isSameKey) };
  half.admit(key);
}

function reEncryptUnder(
  source: KmsKey,
  destination: KmsKey,
  request: Request,
  { engine }: ReEncryptCall,
): ReEncryptOutput {
  const { registry } = engine;
  const { CiphertextBlob, SourceEncryptionContext, DestinationEncryptionContext } = request;
  const into = registry.currentHandle(destination);
  const { value, keyMaterialId } = ignoresCiphertext(request)
    ? { value: new Uint8Array(0), keyMaterialId: source.currentMaterial.keyMaterialId }
    : unwrap(
        CiphertextBlob as Uint8Array,
        SourceEncryptionContext,
        source,
        engine,
        (hsm, handle, blob, context) =>
          hsm.kmsKeyReEncrypt(handle, blob, context, into, DestinationEncryptionContext),
      );
  return {
    CiphertextBlob: value,
    SourceKeyId: source.arn,
    KeyId: destination.arn,
    SourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    DestinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    SourceKeyMaterialId: keyMaterialId,
    DestinationKeyMaterialId: destination.currentMaterial.keyMaterialId,
  };
}
