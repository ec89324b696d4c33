// Policy documents.

/** An identity policy that allows something on something. */
export function allow(Action: string | readonly string[], Resource: string): string {
  return documentOf({ Effect: 'Allow', Action, Resource });
}

/** A trust policy that lets somebody assume a role. */
export function allowPrincipal(AWS: string): string {
  return documentOf({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' });
}

function documentOf(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}
