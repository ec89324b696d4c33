// The time of a signature, and the window in which it is good.

import { WireError } from './wire_error.js';

/** How far a client's clock may be off, either way (as of AWS's JSON services). */
const clockSkewMs = 5 * 60 * 1000;

const basicFormat = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/** When a request was signed. */
export interface SigningTime {
  /** `20150830T123600Z`, as it stands in the string to sign. */
  readonly text: string;
  /** Its first part, `20150830`. */
  readonly date: string;
  readonly timeMs: number;
}

let latest: SigningTime | undefined;

/**
 * Reads X-Amz-Date, or Date, which may be in HTTP's format too.
 *
 * @throws WireError IncompleteSignatureException
 */
export function parseSigningTime(value: string): SigningTime {
  // Most requests of a second are signed for the same one.
  if (latest?.text === value) return latest;
  const timeMs = parseBasic(value);
  if (timeMs !== undefined) {
    latest = signingTime(value, timeMs);
    return latest;
  }
  const httpTimeMs = /GMT$/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(httpTimeMs)) {
    const text = `Date must be in ISO-8601 'basic format'. Got '${value}'. See http://en.wikipedia.org/wiki/ISO_8601`;
    throw new WireError('IncompleteSignatureException', text);
  }
  return signingTime(formatBasic(httpTimeMs), httpTimeMs);
}

function signingTime(text: string, timeMs: number): SigningTime {
  return { text, date: text.slice(0, 8), timeMs };
}

/** `20150830T123600Z`, whole seconds. */
export function formatBasic(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/**
 * Refuses a signature of another time. With an expiry, as presigned requests have, it is good until
 * then, whatever the skew.
 *
 * @param expiresSeconds - of a presigned request
 * @throws WireError InvalidSignatureException
 */
export function checkSigningTime(
  { text, timeMs }: SigningTime,
  nowMs: number,
  expiresSeconds: number | undefined,
): void {
  if (timeMs > nowMs + clockSkewMs) {
    const [now, last] = [formatBasic(nowMs), formatBasic(nowMs + clockSkewMs)];
    throw refused(
      `Signature not yet current: ${text} is still later than ${last} (${now} + 5 min.)`,
    );
  }
  if (expiresSeconds === undefined) {
    if (timeMs >= nowMs - clockSkewMs) return;
    const [now, first] = [formatBasic(nowMs), formatBasic(nowMs - clockSkewMs)];
    throw refused(`Signature expired: ${text} is now earlier than ${first} (${now} - 5 min.)`);
  }
  const endMs = timeMs + expiresSeconds * 1000;
  if (endMs >= nowMs) return;
  throw refused(
    `Signature expired: ${formatBasic(endMs)} is now earlier than ${formatBasic(nowMs)}`,
  );
}

/** Undefined unless it is a time that the calendar has. */
function parseBasic(text: string): number | undefined {
  const match = basicFormat.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as FixedParts;
  const timeMs = Date.UTC(year, month - 1, day, hour, minute, second);
  return formatBasic(timeMs) === text ? timeMs : undefined;
}

type FixedParts = [number, number, number, number, number, number];

function refused(text: string): WireError {
  return new WireError('InvalidSignatureException', text);
}
