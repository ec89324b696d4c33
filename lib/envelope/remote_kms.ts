// Any KMS that speaks AWS's API as a source of data keys. Their bytes come as JavaScript values:
// they are moved into secure memory and wiped at once (docs/threat_model.md names this exception).

import { isUint8Array } from 'node:util/types';
import { KeysteadError } from '../errors.js';
import { DataKey, MessageDataKey } from '../hsm/index.js';
import type {
  DataKeyRequest,
  FreshDataKey,
  KmsAccess,
  OpenedDataKey,
  OpenRequest,
  WrappedDataKey,
} from './kms_access.js';

interface AwsRequest {
  KeyId: string;
  EncryptionContext: Record<string, string>;
  GrantTokens?: string[] | undefined;
}
interface AwsAnswer {
  KeyId?: string | undefined;
  CiphertextBlob?: Uint8Array | undefined;
  Plaintext?: Uint8Array | undefined;
}

/**
 * The part of AWS's API that messages need: a KmsClient of this library, the `KMS` class of the AWS
 * SDK, or anything with these methods. With a KmsClient the data keys never leave the HSM core.
 */
export interface AwsKms {
  generateDataKey(input: AwsRequest & { NumberOfBytes: number }): Promise<AwsAnswer>;
  encrypt(input: AwsRequest & { Plaintext: Uint8Array }): Promise<AwsAnswer>;
  decrypt(input: AwsRequest & { CiphertextBlob: Uint8Array }): Promise<AwsAnswer>;
}

const methods: readonly (keyof AwsKms)[] = ['generateDataKey', 'encrypt', 'decrypt'];
const dataKeySizeBytes = 32;

export function isAwsKms(kms: object): kms is AwsKms {
  return methods.every((name) => typeof (kms as AwsKms)[name] === 'function');
}

export class RemoteKms implements KmsAccess {
  readonly #kms: AwsKms;
  readonly #grantTokens: readonly string[] | undefined;
  readonly prepareUse = undefined;

  constructor(kms: AwsKms, grantTokens: readonly string[] | undefined) {
    this.#kms = kms;
    this.#grantTokens = grantTokens;
  }

  /** @throws KeysteadError ERR_KMS_ANSWER; whatever the KMS throws */
  async newDataKey(request: DataKeyRequest): Promise<FreshDataKey> {
    const answer = await this.#kms.generateDataKey({
      ...this.#request(request),
      NumberOfBytes: dataKeySizeBytes,
    });
    const dataKey = takeDataKey(answer, dataKeySizeBytes) as DataKey;
    return { dataKey, ...wrappedForm(answer), keyMaterialId: undefined };
  }

  /** The data key's bytes are a JavaScript value while the KMS is asked. */
  async wrapDataKey(dataKey: DataKey, request: DataKeyRequest): Promise<WrappedDataKey> {
    const Plaintext = dataKey.exportPlaintext();
    try {
      return wrappedForm(await this.#kms.encrypt({ ...this.#request(request), Plaintext }));
    } finally {
      Plaintext.fill(0);
    }
  }

  async openDataKey(request: OpenRequest): Promise<OpenedDataKey> {
    const answer = await this.#kms.decrypt({
      ...this.#request(request),
      CiphertextBlob: request.encryptedDataKey,
    });
    const dataKey = takeDataKey(answer, request.sizeBytes);
    return { dataKey, keyId: keyIdOf(answer) };
  }

  #request({ keyId, encryptionContext }: DataKeyRequest): AwsRequest {
    const EncryptionContext = { ...encryptionContext };
    if (this.#grantTokens === undefined) return { KeyId: keyId, EncryptionContext };
    return { KeyId: keyId, EncryptionContext, GrantTokens: [...this.#grantTokens] };
  }
}

/** Wipes the plaintext of the answer, whatever is wrong with it. */
function takeDataKey({ Plaintext }: AwsAnswer, sizeBytes: number): DataKey | MessageDataKey {
  if (!isUint8Array(Plaintext)) throw badAnswer('no data key');
  try {
    if (Plaintext.length !== sizeBytes) throw badAnswer('a data key of another size');
    return sizeBytes === dataKeySizeBytes
      ? DataKey.import(Plaintext)
      : MessageDataKey.import(Plaintext);
  } finally {
    Plaintext.fill(0);
  }
}

function wrappedForm(answer: AwsAnswer): WrappedDataKey {
  const { CiphertextBlob } = answer;
  if (!isUint8Array(CiphertextBlob)) throw badAnswer('no encrypted data key');
  return { encryptedDataKey: CiphertextBlob, keyId: keyIdOf(answer) };
}

function keyIdOf({ KeyId }: AwsAnswer): string {
  if (typeof KeyId !== 'string') throw badAnswer('no key ARN');
  return KeyId;
}

function badAnswer(what: string): KeysteadError {
  return new KeysteadError('ERR_KMS_ANSWER', `the KMS answered with ${what}`);
}
