// A request as plain data, as a counterexample prints it: the model reads it as it is, the engine
// gets it compiled.

export interface StatementJson {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: PrincipalJson;
  readonly NotPrincipal?: PrincipalJson;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: ConditionJson;
}

export type PrincipalJson = '*' | Readonly<Record<string, string | readonly string[]>>;
export type ConditionJson = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

export interface PolicyJson {
  readonly Version?: string;
  readonly Statement: readonly StatementJson[];
}

type Pairs = Readonly<Record<string, string>>;

export interface GrantJson {
  readonly grantee: string;
  readonly retiring?: string | undefined;
  /** 12 digits. */
  readonly issuer: string;
  readonly operations: readonly string[];
  readonly equals?: Pairs | undefined;
  readonly subset?: Pairs | undefined;
  readonly sourceArn?: string | undefined;
}

export interface CallerJson {
  /** An ARN, or a service's name. */
  readonly arn: string;
  /** 12 digits, empty for a service. */
  readonly account: string;
  readonly kind: 'root' | 'user' | 'role' | 'assumed role' | 'federated user' | 'service';
  readonly roleArn?: string;
  readonly uniqueId?: string;
  readonly tags?: Pairs;
}

export interface Scenario {
  readonly caller: CallerJson;
  readonly action: string;
  readonly resource: {
    readonly kind: 'key' | 'alias' | 'any';
    readonly arn: string;
    readonly account: string;
  };
  readonly keyPolicy: PolicyJson;
  readonly identityPolicies: readonly PolicyJson[];
  readonly boundary?: PolicyJson | undefined;
  readonly sessionPolicies?: readonly PolicyJson[] | undefined;
  readonly grants: readonly GrantJson[];
  /** The grant that RetireGrant is about: its index. */
  readonly retires: number;
  /** What CreateGrant proposes. */
  readonly proposes: Omit<GrantJson, 'grantee' | 'issuer'>;
  readonly timeMs: number;
  readonly encryptionContext: Pairs;
  readonly keyTags: Pairs;
  readonly viaService?: string | undefined;
  /** Other condition keys, as AWS spells them. */
  readonly keys: Readonly<Record<string, string | readonly string[]>>;
}
