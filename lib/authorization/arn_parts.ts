// ARNs as six parts: what stands between the first five colons, and the rest.

/** arn, partition, service, Region, account, resource. */
export type ArnParts = readonly [string, string, string, string, string, string];

/** @returns the parts, or undefined when the text has fewer or does not start as an ARN does */
export function splitArn(text: string): ArnParts | undefined {
  const parts: string[] = [];
  let start = 0;
  for (let i = 0; i < 5; i++) {
    const colon = text.indexOf(':', start);
    if (colon < 0) return undefined;
    parts.push(text.slice(start, colon));
    start = colon + 1;
  }
  parts.push(text.slice(start));
  return parts[0] === 'arn' ? (parts as unknown as ArnParts) : undefined;
}
