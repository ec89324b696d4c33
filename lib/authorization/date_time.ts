// Points in time as policies write them: the W3C profile of ISO 8601, or seconds since 1970. The
// platform's own parser takes more forms than policies have, and a 31st of February.

const form =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d))?)?)?$/;
const epochForm = /^-?\d{5,12}(?:\.\d+)?$|^-?\d{1,3}(?:\.\d+)?$|^-?\d{4}\.\d+$/;

/**
 * @returns milliseconds since 1970, or undefined when the text is no time. Four digits alone are a
 *   year.
 */
export function parseDateTime(text: string): number | undefined {
  if (epochForm.test(text)) return Math.round(Number(text) * 1000);
  const match = form.exec(text);
  if (match === null) return undefined;
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00'] = match;
  const milliseconds = (match[7] ?? '').slice(0, 3).padEnd(3, '0');
  const asUtc = `${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}Z`;
  const asUtcMs = Date.parse(asUtc);
  const offsetMinutes = parseZone(match[8]);
  const isThere = !Number.isNaN(asUtcMs) && new Date(asUtcMs).toISOString() === asUtc;
  return isThere && offsetMinutes !== undefined ? asUtcMs - offsetMinutes * 60_000 : undefined;
}

/** `2026-09-12T08:41:07Z`, as `aws:CurrentTime` reads. */
export function formatDateTime(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}

function parseZone(zone = 'Z'): number | undefined {
  if (zone === 'Z') return 0;
  const [hours = 0, minutes = 0] = zone.slice(1).split(':').map(Number);
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
