// Which KMS keys may open a message's encrypted data keys.

import { KeysteadError } from '../errors.js';

/** Any key of these accounts may decrypt. */
export interface Discovery {
  /** `aws` by default. */
  readonly partition?: string | undefined;
  /** 12 digits each; at least one. */
  readonly accounts: readonly string[];
}

/** The parts of a key ARN of any partition. */
interface KeyArn {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly keyId: string;
}

const keyArnPattern = /^arn:([\w-]+):kms:([\w-]+):([\w-]+):key\/([\w-]+)$/;
const aliasArnPattern = /^(arn:[\w-]+:kms:[\w-]+:[\w-]+:)alias\/./;
const aliasPrefix = 'alias/';

function parseKeyArn(text: string): KeyArn | undefined {
  const match = keyArnPattern.exec(text);
  if (match === null) return undefined;
  const [, partition, region, account, keyId] = match as string[] as [
    string,
    string,
    string,
    string,
    string,
  ];
  return { partition, region, account, keyId };
}

/**
 * Whether the text is the ARN of a KMS key: what stands in a message beside an encrypted data key.
 */
export function isKeyArn(text: string): boolean {
  return keyArnPattern.test(text);
}

/**
 * Says for the ARN in a message by which names the KMS shall be asked to open what is beside it.
 * The KMS is always told a name, so that it uses no other key than one of these.
 */
export class KeyFilter {
  readonly #keyIds: readonly string[];
  readonly #discovery: Required<Discovery> | true | undefined;

  /**
   * @param keyIds - key ARNs, key ids, alias names and alias ARNs. An alias stands for the key that
   * it names when a message is opened
   * @param discovery - true: every key that the KMS client may use
   */
  constructor(keyIds: readonly string[], discovery: Discovery | boolean | undefined) {
    this.#keyIds = [...new Set(keyIds)];
    this.#discovery = readDiscovery(discovery);
  }

  /** Key names to ask the KMS with; none when no key that may decrypt can have made it. */
  namesFor(arn: string): string[] {
    const parts = parseKeyArn(arn);
    if (parts === undefined) return [];
    if (this.#allows(parts) || this.#keyIds.includes(arn)) return [arn];
    return this.#keyIds.filter((keyId) => canName(keyId, arn, parts));
  }

  #allows({ partition, account }: KeyArn): boolean {
    if (this.#discovery === undefined) return false;
    if (this.#discovery === true) return true;
    const { partition: allowed, accounts } = this.#discovery;
    return partition === allowed && accounts.includes(account);
  }
}

/** Whether an id that is no key ARN can mean the key: only the KMS knows what an alias names. */
function canName(keyId: string, arn: string, { keyId: bareId }: KeyArn): boolean {
  if (keyId.startsWith(aliasPrefix) || keyId === bareId) return true;
  const scope = aliasArnPattern.exec(keyId)?.[1];
  return scope !== undefined && arn.startsWith(scope);
}

function readDiscovery(
  discovery: Discovery | boolean | undefined,
): Required<Discovery> | true | undefined {
  if (typeof discovery === 'boolean' || discovery === undefined) return discovery || undefined;
  const { partition = 'aws', accounts } = discovery ?? {};
  const isFilter =
    typeof partition === 'string' &&
    partition !== '' &&
    Array.isArray(accounts) &&
    accounts.length > 0 &&
    accounts.every((account) => /^\d{12}$/.test(account as string));
  if (isFilter) return { partition, accounts: [...accounts] };
  throw new KeysteadError(
    'ERR_INVALID_ARGUMENT',
    '`discovery` must be true or { partition, accounts: [12 digits, …] }',
  );
}
