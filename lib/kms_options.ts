// What Kms.open takes, checked: an option with a typing error in its name is refused, not ignored.

import { join } from 'node:path';
import { KeysteadError } from './errors.js';
import type { RootKeySource } from './keys/root_key.js';

/** What {@link Kms.open} takes. */
export interface KmsOpenOptions {
  /** The folder of the store; made when it is not there. */
  readonly path?: string | undefined;
  /** `memory`: a store that is gone with the process, in place of `path`. */
  readonly store?: 'memory' | undefined;
  /**
   * Default: the key file `root.key` in the store's folder, made at the first open; for `memory`, a
   * random key.
   */
  readonly rootKey?: RootKeySource | undefined;
  /** The account that clients act for by default: 12 digits, default 000000000000. */
  readonly account?: string | undefined;
  /** The Region that clients act in by default; default us-east-1. */
  readonly region?: string | undefined;
  /** Where the engine takes the time from. */
  readonly clock?: (() => Date) | undefined;
  /** `require`: fails unless all memory for secrets is locked. Default `prefer`. */
  readonly secureMemory?: 'prefer' | 'require' | undefined;
  /**
   * Refuses policies and grants that name a user or role which the store's IAM does not know, as AWS
   * does. Default false: the importing server vouches for its callers.
   */
  readonly strictPrincipals?: boolean | undefined;
  /**
   * Tells of every request in an audit trail: `true` for the folder `audit` in the store's folder, or
   * the name of a folder. Default false.
   */
  readonly audit?: boolean | string | undefined;
}

const defaultAccount = '000000000000';
const defaultRegion = 'us-east-1';

const openOptionNames = [
  'path',
  'store',
  'rootKey',
  'account',
  'region',
  'clock',
  'secureMemory',
  'strictPrincipals',
  'audit',
];

/** The options of an open, complete. */
export interface CheckedOpenOptions {
  /** Undefined: in memory. */
  readonly path: string | undefined;
  readonly rootKey: RootKeySource | undefined;
  readonly account: string;
  readonly region: string;
  readonly clock: (() => Date) | undefined;
  readonly requireLockedMemory: boolean;
  readonly strictPrincipals: boolean;
  /** The folder of the audit trail; undefined: there is none. */
  readonly auditFolder: string | undefined;
}

/** @throws KeysteadError ERR_INVALID_ARGUMENT */
export function checkOpenOptions(options: KmsOpenOptions): CheckedOpenOptions {
  refuseUnknown(options, openOptionNames);
  const {
    path,
    store,
    rootKey,
    clock,
    secureMemory = 'prefer',
    strictPrincipals = false,
  } = options;
  demand(store === undefined || store === 'memory', "`store` must be 'memory'");
  demand((path === undefined) !== (store === undefined), "give either `path` or `store: 'memory'`");
  demand(path === undefined || isText(path), '`path` must be the name of a folder');
  demand(
    clock === undefined || typeof clock === 'function',
    '`clock` must be a function that gives a Date',
  );
  demand(
    ['prefer', 'require'].includes(secureMemory),
    "`secureMemory` must be 'prefer' or 'require'",
  );
  demand(typeof strictPrincipals === 'boolean', '`strictPrincipals` must be true or false');
  return {
    path,
    rootKey: rootKey === undefined ? undefined : checkRootKeySource(rootKey),
    ...checkScope(options, { account: defaultAccount, region: defaultRegion }),
    clock,
    requireLockedMemory: secureMemory === 'require',
    strictPrincipals,
    auditFolder: checkAudit(options),
  };
}

function checkAudit({ audit = false, path }: KmsOpenOptions): string | undefined {
  if (audit === false) return undefined;
  demand(audit === true || isText(audit), '`audit` must be true, false or the name of a folder');
  demand(audit !== true || path !== undefined, '`audit` must name a folder for a store in memory');
  return audit === true ? auditFolderOf(path as string) : audit;
}

/** Where the audit trail of a store is, unless it was asked for elsewhere. */
export function auditFolderOf(path: string): string {
  return join(path, 'audit');
}

type UncheckedScope = { readonly [Name in keyof KmsScope]: KmsScope[Name] | undefined };

/** An account and a Region. */
export interface KmsScope {
  readonly account: string;
  readonly region: string;
}

/** @throws KeysteadError ERR_INVALID_ARGUMENT */
export function checkScope(options: Partial<UncheckedScope>, defaults: KmsScope): KmsScope {
  const { account = defaults.account, region = defaults.region } = options;
  demand(typeof account === 'string' && /^\d{12}$/.test(account), '`account` must be 12 digits');
  // The pattern of the RegionType of the KMS API.
  demand(
    typeof region === 'string' && /^([a-z]+-){2,3}\d+$/.test(region) && region.length <= 32,
    '`region` must be the name of a Region',
  );
  return { account, region };
}

const rootKeyForms =
  '`rootKey` must be { keyFile }, { passphrase } or a function that gives 32 bytes';

/** @returns a source of its own, read once: what the caller changes meanwhile does not count */
export function checkRootKeySource(source: RootKeySource): RootKeySource {
  // Bare of whatever properties the caller's function has.
  if (typeof source === 'function') return () => source();
  demand(typeof source === 'object' && source !== null, rootKeyForms);
  const [[name, value] = [], ...others] = Object.entries(source);
  demand(others.length === 0 && isText(value), rootKeyForms);
  if (name === 'keyFile') return { keyFile: value };
  demand(name === 'passphrase', rootKeyForms);
  return { passphrase: value };
}

function isText(value: unknown): value is string {
  // A lone surrogate would become another file name or another passphrase when it is encoded.
  return typeof value === 'string' && value.length > 0 && !/\p{Surrogate}|\0/u.test(value);
}

/** @throws KeysteadError ERR_INVALID_ARGUMENT for an option that there is not */
export function refuseUnknown(options: object, known: readonly string[]): void {
  demand(typeof options === 'object' && options !== null, 'options must be an object');
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  demand(unknown === undefined, `unknown option '${unknown}'`);
}

/** @throws KeysteadError ERR_INVALID_ARGUMENT unless the condition holds */
export function demand(condition: boolean, message: string): asserts condition {
  if (!condition) throw new KeysteadError('ERR_INVALID_ARGUMENT', message);
}
