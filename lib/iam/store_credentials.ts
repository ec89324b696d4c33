// Finds access keys in the store and in session tokens, and keeps what it found as long as nobody
// commits.

import { accountRootArn } from '../arn.js';
import type { Caller as Asker } from '../authorization/index.js';
import { principalOfArn } from '../authorization/index.js';
import type { CredentialFinder, FoundCredential, UsableCredential } from './credentials.js';
import { readAccount } from './iam_store.js';
import type { Identities, KnownSubject } from './identities.js';
import { fixedIdentity } from './principal_identity.js';
import type { AccessKeyOwner, AccessKeyRecord, UserRecord } from './records.js';
import { accessKeyPath, decodeIamRecord } from './records.js';
import { askerOfSession } from './session_asker.js';
import type { Session } from './session_token.js';
import { openSession } from './session_token.js';
import type { WrappedSecret } from './signing_keys.js';
import { SigningKeys } from './signing_keys.js';

/** How many found access keys are kept. */
const keptMax = 4096;

const accessKeyIdForm = /^(?:AKIA|ASIA)[A-Z2-7]{16}$/;

interface Kept {
  readonly sessionToken: string | undefined;
  readonly found: FoundCredential;
  /** Infinity for a long-term access key. */
  readonly expiresAtMs: number;
  readonly epoch: number;
}

const unknown: FoundCredential = Object.freeze({ status: 'unknown' });
const inactive: FoundCredential = Object.freeze({ status: 'inactive' });
const expired: FoundCredential = Object.freeze({ status: 'expired' });

export class StoreCredentials implements CredentialFinder {
  readonly #identities: Identities;
  readonly #signingKeys: SigningKeys;
  /** By access key id. */
  readonly #kept = new Map<string, Kept>();

  constructor(identities: Identities) {
    this.#identities = identities;
    this.#signingKeys = new SigningKeys(identities.ground);
  }

  current(accessKeyId: string, sessionToken: string | undefined): FoundCredential | undefined {
    const kept = this.#kept.get(accessKeyId);
    if (kept === undefined || kept.sessionToken !== sessionToken) return undefined;
    const epoch = this.#identities.epoch();
    if (kept.epoch !== epoch || epoch % 2 !== 0) return undefined;
    return this.#isOver(kept.expiresAtMs) ? expired : kept.found;
  }

  async load(accessKeyId: string, sessionToken: string | undefined): Promise<FoundCredential> {
    if (!accessKeyIdForm.test(accessKeyId)) return unknown;
    const epoch = this.#identities.epoch();
    const isOfSession = accessKeyId.startsWith('ASIA');
    if (isOfSession !== (sessionToken !== undefined)) return unknown;
    const kept =
      sessionToken === undefined
        ? { found: await this.#findLongTerm(accessKeyId), expiresAtMs: Number.POSITIVE_INFINITY }
        : await this.#findSession(accessKeyId, sessionToken);
    // What nobody made is not kept: anybody can ask for it.
    if (kept.found.status !== 'unknown' && kept.found.status !== 'expired')
      this.#keep(accessKeyId, { ...kept, sessionToken, epoch });
    return kept.found;
  }

  /** Wipes the signing keys. */
  close(): void {
    this.#signingKeys.clear();
    this.#kept.clear();
  }

  async #findLongTerm(accessKeyId: string): Promise<FoundCredential> {
    const { ground } = this.#identities;
    const sealed = await ground.store.get(accessKeyPath(accessKeyId));
    if (sealed === undefined) return unknown;
    const { account, userName } = decodeIamRecord<AccessKeyOwner>(sealed.value);
    if (userName === undefined) {
      const { record } = await readAccount(ground, account);
      return this.#usable(accessKeyId, record.accessKeys, rootOf(account));
    }
    const user = await this.#identities.find(account, 'user', userName);
    if (user === undefined) return unknown;
    const { accessKeys } = (user as KnownSubject<UserRecord>).record;
    return this.#usable(accessKeyId, accessKeys, user.asker);
  }

  #usable(
    accessKeyId: string,
    accessKeys: readonly AccessKeyRecord[],
    asker: Asker,
  ): FoundCredential {
    const key = accessKeys.find((known) => known.accessKeyId === accessKeyId);
    if (key === undefined) return unknown;
    return key.active ? this.#credential(key, asker) : inactive;
  }

  async #findSession(
    accessKeyId: string,
    token: string,
  ): Promise<{ readonly found: FoundCredential; readonly expiresAtMs: number }> {
    const session = openSession(this.#identities.ground, accessKeyId, token);
    if (session === undefined) return { found: unknown, expiresAtMs: 0 };
    return { found: await this.#ofSession(accessKeyId, session), expiresAtMs: session.expiresAtMs };
  }

  async #ofSession(accessKeyId: string, session: Session): Promise<FoundCredential> {
    const { account, roleName, roleId, expiresAtMs, wrappedSecret } = session;
    if (this.#isOver(expiresAtMs)) return expired;
    const role = await this.#identities.find(account, 'role', roleName);
    if (role === undefined || role.record.id !== roleId) return unknown;
    return this.#credential({ accessKeyId, wrappedSecret }, askerOfSession(session, role));
  }

  #credential(secret: WrappedSecret, asker: Asker): UsableCredential {
    return {
      status: 'ok',
      accessKeyId: secret.accessKeyId,
      account: asker.principal.account,
      arn: asker.principal.arn,
      identity: fixedIdentity(asker),
      verify: (scope, stringToSign, signature) =>
        this.#signingKeys.verify(secret, scope, stringToSign, signature),
    };
  }

  #isOver(expiresAtMs: number): boolean {
    return this.#identities.ground.nowMs() >= expiresAtMs;
  }

  #keep(accessKeyId: string, kept: Kept): void {
    if (this.#kept.size >= keptMax) this.#kept.clear();
    this.#kept.set(accessKeyId, kept);
  }
}

function rootOf(account: string): Asker {
  const principal = principalOfArn(accountRootArn(account)) as Asker['principal'];
  return { principal, identityPolicies: [] };
}
