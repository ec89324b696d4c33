// How long the long runs are: KEYSTEAD_SOAK times their full length, or a small form without it.

const { KEYSTEAD_SOAK } = process.env;

export const isSoaking = KEYSTEAD_SOAK !== undefined;

/** `small` in npm test; `full`, scaled, in npm run test:soak. */
export function soakCount(small: number, full: number): number {
  return isSoaking ? Math.ceil(full * Number(KEYSTEAD_SOAK)) : small;
}
