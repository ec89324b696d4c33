// Who the users and roles of a store are to the decision: their principals with compiled policies,
// kept as long as nobody commits, in this process or another. The store's epoch tells; when it has
// moved, the records are compared with what was read, and only what changed is compiled again.

import type { Caller as Asker, CompiledPolicy, Principal } from '../authorization/index.js';
import { principalOfArn } from '../authorization/index.js';
import type { SealedRecord } from '../store/sealed_store.js';
import { entityArn, parseEntityArn } from './iam_arn.js';
import { compileIamPolicy, lostPolicy } from './iam_policy.js';
import type { IamGround } from './iam_store.js';
import { readEntity } from './iam_store.js';
import type { PolicyLink, PolicyRecord, Subject } from './records.js';
import { decodeIamRecord, entityPath } from './records.js';

/** How many subjects are kept. */
const keptMax = 4096;

type SubjectKind = 'user' | 'role';
type Source = readonly [path: string, sealed: SealedRecord | undefined];

/** A user or role as the decision sees it. */
export interface KnownSubject<Record extends Subject = Subject> {
  readonly kind: SubjectKind;
  readonly account: string;
  readonly arn: string;
  readonly record: Record;
  readonly asker: Asker;
}

interface Kept {
  readonly subject: KnownSubject;
  /** The subject's own record first, then those of its managed policies. */
  readonly sources: readonly Source[];
  epoch: number;
}

export class Identities {
  readonly ground: IamGround;
  readonly #kept = new Map<string, Kept>();

  constructor(ground: IamGround) {
    this.ground = ground;
  }

  /** The store's epoch: what is known under an even one is true while it stays. */
  epoch(): number {
    return this.ground.store.epoch();
  }

  /** What is known without asking the store. */
  peek(account: string, kind: SubjectKind, name: string): KnownSubject | undefined {
    const known = this.#kept.get(entityPath(account, kind, name));
    const epoch = this.epoch();
    if (known === undefined || known.epoch !== epoch || epoch % 2 !== 0) return undefined;
    return known.subject.record.name === name ? known.subject : undefined;
  }

  /** @throws KeysteadError ERR_STORE, ERR_STORE_CORRUPT */
  async find(account: string, kind: SubjectKind, name: string): Promise<KnownSubject | undefined> {
    const peeked = this.peek(account, kind, name);
    if (peeked !== undefined) return peeked;
    const path = entityPath(account, kind, name);
    const epoch = this.epoch();
    const known = this.#kept.get(path);
    if (known === undefined || !(await this.#isUnchanged(known))) {
      const read = await this.#read(account, kind, path);
      if (read === undefined) {
        this.#kept.delete(path);
        return undefined;
      }
      this.#keep(path, { ...read, epoch });
      return read.subject.record.name === name ? read.subject : undefined;
    }
    known.epoch = epoch;
    return known.subject.record.name === name ? known.subject : undefined;
  }

  /** The unique ids of the users and roles among some ARNs. */
  async findUniqueIds(arns: readonly string[]): Promise<Readonly<Record<string, string>>> {
    const found = await Promise.all(arns.map(async (arn) => [arn, await this.#idOf(arn)] as const));
    return Object.fromEntries(
      found.filter((entry): entry is readonly [string, string] => entry[1] !== undefined),
    );
  }

  async #idOf(arn: string): Promise<string | undefined> {
    const parsed = parseEntityArn(arn);
    if (parsed === undefined || parsed.kind === 'policy') return undefined;
    const entry = await readEntity(this.ground, parsed.account, parsed.kind, parsed.name);
    return entry?.record.path === parsed.path ? entry.record.id : undefined;
  }

  async #isUnchanged({ sources }: Kept): Promise<boolean> {
    for (const [path, sealed] of sources) {
      if ((await this.ground.store.getUnlessSame(path, sealed)) !== sealed) return false;
    }
    return true;
  }

  async #read(
    account: string,
    kind: SubjectKind,
    path: string,
  ): Promise<Omit<Kept, 'epoch'> | undefined> {
    const sealed = await this.ground.store.get(path);
    if (sealed === undefined) return undefined;
    const record = decodeIamRecord<Subject>(sealed.value);
    const sources: Source[] = [[path, sealed]];
    const identityPolicies = record.inlinePolicies.map(([name, text]) =>
      compileIamPolicy(text, 'identity policy', name),
    );
    for (const link of record.attachedPolicies)
      identityPolicies.push(await this.#readPolicy(link, 'identity policy', sources));
    const { permissionsBoundary: link } = record;
    const permissionsBoundary =
      link === undefined
        ? undefined
        : await this.#readPolicy(link, 'permissions boundary', sources);
    const arn = entityArn({ account, kind, path: record.path, name: record.name });
    const asker = { principal: principalOf(arn, record), identityPolicies, permissionsBoundary };
    return { subject: { kind, account, arn, record, asker }, sources };
  }

  async #readPolicy(
    link: PolicyLink,
    kind: 'identity policy' | 'permissions boundary',
    sources: Source[],
  ): Promise<CompiledPolicy> {
    const { account = '', name = '' } = parseEntityArn(link.arn) ?? {};
    const path = entityPath(account, 'policy', name);
    const sealed = await this.ground.store.get(path);
    sources.push([path, sealed]);
    const text = sealed === undefined ? undefined : documentOf(link, sealed);
    return text === undefined ? lostPolicy(kind, link.arn) : compileIamPolicy(text, kind, link.arn);
  }

  #keep(path: string, kept: Kept): void {
    if (this.#kept.size >= keptMax) this.#kept.clear();
    this.#kept.set(path, kept);
  }
}

/** The document of the policy that was linked; undefined when another one has its name now. */
function documentOf({ policyId }: PolicyLink, { value }: SealedRecord): string | undefined {
  const record = decodeIamRecord<PolicyRecord>(value);
  return record.id === policyId ? defaultDocument(record) : undefined;
}

function defaultDocument({ versions, defaultVersionId }: PolicyRecord): string | undefined {
  return versions.find(({ versionId }) => versionId === defaultVersionId)?.document;
}

function principalOf(arn: string, { id, tags }: Subject): Principal {
  return principalOfArn(arn, { uniqueId: id, tags: Object.fromEntries(tags) }) as Principal;
}
