// Points in time as policies write them: the W3C profile of ISO 8601, or seconds since 1970. Counted by hand, since
// the decision has no clock and the platform's parser takes more forms than policies have.

const form =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d))?)?)?$/;
const epochForm = /^-?\d{5,12}(?:\.\d+)?$|^-?\d{1,3}(?:\.\d+)?$|^-?\d{4}\.\d+$/;
const dayMs = 86_400_000;

/** @returns milliseconds since 1970, or undefined when the text is no time. Four digits alone are a year. */
export function parseDateTime(text: string): number | undefined {
  if (epochForm.test(text)) return Math.round(Number(text) * 1000);
  const match = form.exec(text);
  if (match === null) return undefined;
  const [, year, month = '1', day = '1', hour = '0', minute = '0', second = '0', fraction, zone] =
    match;
  const inMonth = daysInMonth(Number(year), Number(month));
  if (inMonth === 0 || Number(day) < 1 || Number(day) > inMonth) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const offsetMinutes = parseZone(zone);
  if (offsetMinutes === undefined) return undefined;
  const minutes = Number(hour) * 60 + Number(minute) - offsetMinutes;
  const milliseconds = Number((fraction ?? '').slice(0, 3).padEnd(3, '0'));
  const days = daysSince1970(Number(year), Number(month), Number(day));
  return days * dayMs + minutes * 60_000 + Number(second) * 1000 + milliseconds;
}

/** `2026-09-12T08:41:07Z`, as `aws:CurrentTime` reads. */
export function formatDateTime(timeMs: number): string {
  const days = Math.floor(timeMs / dayMs);
  const [year, month, day] = dateOf(days);
  const seconds = Math.floor((timeMs - days * dayMs) / 1000);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const digits = (value: number, count = 2) => String(value).padStart(count, '0');
  return `${digits(year, 4)}-${digits(month)}-${digits(day)}T${clock.map((n) => digits(n)).join(':')}Z`;
}

function parseZone(zone = 'Z'): number | undefined {
  if (zone === 'Z') return 0;
  const [hours = 0, minutes = 0] = zone.slice(1).split(':').map(Number);
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function daysInMonth(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}

/** Years are counted from March, so that a leap day is a year's last: eras of 400 years have 146,097 days. */
function daysSince1970(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function dateOf(days: number): readonly [number, number, number] {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day];
}
