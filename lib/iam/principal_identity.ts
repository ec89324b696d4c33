// The identity of a client of the library, made for a principal's ARN: a user or role that the
// store's IAM knows has the policies that it has there; for another one the importing server
// vouches, with the policies that it gave.

import type { Caller as Asker, Principal } from '../authorization/index.js';
import { KeysteadError, KmsError } from '../errors.js';
import type { Identity } from '../operations/operation.js';
import { parseEntityArn, parseSessionArn } from './iam_arn.js';
import type { Identities, KnownSubject } from './identities.js';

/** The user or role that an ARN leads to. */
interface Lead {
  readonly account: string;
  readonly kind: 'user' | 'role';
  readonly name: string;
}

/** @param strict - refuses users and roles that the store's IAM does not know */
export function identityOfPrincipal(
  given: Asker,
  identities: Identities,
  strict: boolean,
): Identity {
  const lead = leadOf(given.principal);
  return lead === undefined
    ? fixedIdentity(given)
    : new PrincipalIdentity(given, lead, identities, strict);
}

/** The identity of somebody whose policies do not change: an account's root, a service. */
export function fixedIdentity(asker: Asker): Identity {
  const loaded = Promise.resolve(asker);
  return { current: () => asker, load: () => loaded };
}

class PrincipalIdentity implements Identity {
  readonly #given: Asker;
  readonly #lead: Lead;
  readonly #identities: Identities;
  readonly #strict: boolean;
  #asker: Asker | undefined;
  #subject: KnownSubject | undefined;
  #wasKnown = false;
  #epoch = -1;

  constructor(given: Asker, lead: Lead, identities: Identities, strict: boolean) {
    this.#given = given;
    this.#lead = lead;
    this.#identities = identities;
    this.#strict = strict;
  }

  current(): Asker | undefined {
    const epoch = this.#identities.epoch();
    if (epoch === this.#epoch && epoch % 2 === 0) return this.#asker;
    const { account, kind, name } = this.#lead;
    const subject = this.#identities.peek(account, kind, name);
    if (subject === undefined || !this.#isMeant(subject)) return undefined;
    return this.#adopt(subject, epoch);
  }

  /** @throws KmsError NotAuthorizedException; KeysteadError ERR_INVALID_ARGUMENT for policies given in vain */
  async load(): Promise<Asker> {
    const epoch = this.#identities.epoch();
    const { account, kind, name } = this.#lead;
    const found = await this.#identities.find(account, kind, name);
    return this.#adopt(found !== undefined && this.#isMeant(found) ? found : undefined, epoch);
  }

  /** @param epoch - which was current before the store was asked */
  #adopt(subject: KnownSubject | undefined, epoch: number): Asker {
    if (this.#asker === undefined || subject !== this.#subject) {
      this.#asker = subject === undefined ? this.#stranger() : this.#known(subject);
      this.#subject = subject;
    }
    this.#epoch = epoch;
    return this.#asker;
  }

  /** A session's ARN lacks its role's path; the ARN of a user or role has it. */
  #isMeant({ arn }: KnownSubject): boolean {
    const { principal } = this.#given;
    return principal.kind === 'assumed role' || principal.arn === arn;
  }

  /** Whoever was known once and is gone was deleted: nobody vouches for him any more. */
  #stranger(): Asker {
    if (!this.#strict && !this.#wasKnown) return this.#given;
    this.#asker = undefined;
    throw new KmsError(
      'NotAuthorizedException',
      `the store's IAM does not know ${this.#given.principal.arn}`,
    );
  }

  #known({ arn, asker }: KnownSubject): Asker {
    const { principal, identityPolicies, permissionsBoundary, sessionPolicies } = this.#given;
    const { kind } = principal;
    if (identityPolicies.length > 0 || permissionsBoundary !== undefined) throw givenInVain(arn);
    if (kind === 'user' && principal.tags !== undefined) throw givenInVain(arn);
    this.#wasKnown = true;
    const { uniqueId, tags } = asker.principal;
    return {
      ...asker,
      principal: {
        ...principal,
        roleArn: kind === 'user' ? undefined : arn,
        uniqueId,
        // The tags of a session come on top of its role's.
        tags: { ...tags, ...principal.tags },
      },
      sessionPolicies,
    };
  }
}

function leadOf({ kind, arn }: Principal): Lead | undefined {
  if (kind === 'assumed role') {
    const session = parseSessionArn(arn);
    if (session === undefined) return undefined;
    return { account: session.account, kind: 'role', name: session.roleName };
  }
  const entity = kind === 'user' || kind === 'role' ? parseEntityArn(arn) : undefined;
  return entity === undefined || entity.kind === 'policy'
    ? undefined
    : { ...entity, kind: entity.kind };
}

/** Dropping them in silence would drop what they deny. */
function givenInVain(arn: string): KeysteadError {
  return new KeysteadError(
    'ERR_INVALID_ARGUMENT',
    `the store's IAM knows ${arn}: it cannot be given other policies or tags`,
  );
}
