// The KMS of this process as a source of data keys: none of them ever becomes a JavaScript value.

import type { DataKey, MessageDataKey } from '../hsm/index.js';
import type {
  NewDataKeyInput,
  NewDataKeyOutput,
  OpenDataKeyInput,
  OpenDataKeyOutput,
} from '../types.js';
import type {
  DataKeyRequest,
  DataKeyUse,
  FreshDataKey,
  KmsAccess,
  OpenedDataKey,
  OpenRequest,
  UseCheck,
  WrappedDataKey,
} from './kms_access.js';

/** The methods of our client that stay inside the process. */
export interface InProcessClient {
  newDataKey(input: NewDataKeyInput): Promise<NewDataKeyOutput>;
  openDataKey(input: OpenDataKeyInput): Promise<OpenDataKeyOutput>;
  /** As openDataKey, for data keys of 16, 24 or 32 bytes. */
  openMessageDataKey(
    input: OpenDataKeyInput,
  ): Promise<{ readonly dataKey: MessageDataKey; readonly keyId: string }>;
  /** Encrypt of a data key that stays inside. */
  wrapDataKey(input: DataKeyRequest & { readonly dataKey: DataKey }): Promise<WrappedDataKey>;
  /** Asks for the authorization decision of an operation, and its look at the key's state. */
  prepareDataKeyUse(use: DataKeyUse, input: DataKeyRequest): UseCheck;
}

const methods: readonly (keyof InProcessClient)[] = [
  'newDataKey',
  'openDataKey',
  'openMessageDataKey',
  'wrapDataKey',
  'prepareDataKeyUse',
];
/** The size of the data keys that boxes and messages are written with. */
const dataKeySizeBytes = 32;

export function isInProcessClient(kms: object): kms is InProcessClient {
  return methods.every((name) => typeof (kms as InProcessClient)[name] === 'function');
}

export class InProcessKms implements KmsAccess {
  readonly #client: InProcessClient;

  constructor(client: InProcessClient) {
    this.#client = client;
  }

  newDataKey(request: DataKeyRequest): Promise<FreshDataKey> {
    return this.#client.newDataKey(request);
  }

  wrapDataKey(dataKey: DataKey, request: DataKeyRequest): Promise<WrappedDataKey> {
    return this.#client.wrapDataKey({ ...request, dataKey });
  }

  openDataKey({ sizeBytes, ...request }: OpenRequest): Promise<OpenedDataKey> {
    return sizeBytes === dataKeySizeBytes
      ? this.#client.openDataKey(request)
      : this.#client.openMessageDataKey(request);
  }

  readonly prepareUse = (use: DataKeyUse, request: DataKeyRequest): UseCheck =>
    this.#client.prepareDataKeyUse(use, request);
}
