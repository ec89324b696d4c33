// Amazon Resource Names of KMS keys, aliases and accounts: made and taken apart, nothing resolved.

const partition = 'aws';
const keyArnPattern = /^arn:aws:kms:([a-z0-9-]+):(\d{12}):(key|alias)\/(.+)$/;

/** The parts of a key ARN or of an alias ARN. */
export interface KmsArn {
  readonly region: string;
  readonly account: string;
  /** A key id, or an alias name with its `alias/` prefix. */
  readonly resource: string;
}

/** @returns the parts, or undefined when the text is no ARN of a KMS key or alias */
export function parseKmsArn(text: string): KmsArn | undefined {
  const match = keyArnPattern.exec(text);
  if (match === null) return undefined;
  const [, region, account, kind, name] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
  ];
  return { region, account, resource: kind === 'alias' ? `alias/${name}` : name };
}

/** The ARN of a KMS key. */
export function keyArn(account: string, region: string, keyId: string): string {
  return `arn:${partition}:kms:${region}:${account}:key/${keyId}`;
}

/** The ARN of an alias; `aliasName` includes `alias/`. */
export function aliasArn(account: string, region: string, aliasName: string): string {
  return `arn:${partition}:kms:${region}:${account}:${aliasName}`;
}

/** The ARN that stands for an account as a principal. */
export function accountRootArn(account: string): string {
  return `arn:${partition}:iam::${account}:root`;
}
