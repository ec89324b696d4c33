// ARNs of IAM and STS: made and taken apart.

/** What IAM keeps under a path and a name. */
export type EntityKind = 'user' | 'role' | 'policy';

/** An ARN of IAM, taken apart. */
export interface EntityArn {
  readonly account: string;
  readonly kind: EntityKind;
  /** Begins and ends with a slash. */
  readonly path: string;
  readonly name: string;
}

/**
 * A path: segments of printable ASCII between slashes, none empty; not the * and ? that somebody might take for
 * wildcards in a policy.
 */
export const pathPattern = /^\/(?:[!-)+-.0->@-~]+\/)*$/;

const entityForm = /^arn:aws:iam::(\d{12}):(user|role|policy)(\/(?:[!-~]+\/)?)([\w+=,.@-]+)$/;
const sessionForm = /^arn:aws:sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\/([\w+=,.@-]+)$/;

/** @param path - begins and ends with a slash */
export function entityArn({ account, kind, path, name }: EntityArn): string {
  return `arn:aws:iam::${account}:${kind}${path}${name}`;
}

/** @returns undefined when the text is no ARN of a user, role or policy */
export function parseEntityArn(text: string): EntityArn | undefined {
  const match = entityForm.exec(text);
  if (match === null) return undefined;
  const [, account, kind, path = '', name] = match as unknown as string[];
  if (!pathPattern.test(path)) return undefined;
  return { account, kind, path, name } as EntityArn;
}

/** The ARN of a role session; it has the role's name without its path. */
export function sessionArn(account: string, roleName: string, sessionName: string): string {
  return `arn:aws:sts::${account}:assumed-role/${roleName}/${sessionName}`;
}

/** A role session's ARN, taken apart. */
export interface SessionArn {
  readonly account: string;
  readonly roleName: string;
  readonly sessionName: string;
}

/** @returns undefined when the text is no ARN of a role session */
export function parseSessionArn(text: string): SessionArn | undefined {
  const match = sessionForm.exec(text);
  if (match === null) return undefined;
  const [, account, roleName, sessionName] = match as unknown as string[];
  return { account, roleName, sessionName } as SessionArn;
}
