// Rotation of key material: what is asked for, and when it is done
// (https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html). The rules are functions
// from record to record.

import { KmsError } from '../errors.js';
import { automaticRotationAtMs } from './due.js';
import type { KeyMaterialRecord, KeyRecord, RotationType } from './key_record.js';

export const rotationPeriodInDaysDefault = 365;
/** AWS's quota of rotations on demand for each key. */
const onDemandRotationsMax = 25;

const dayMs = 86_400_000;
/** So soon after an automatic rotation AWS refuses one on demand. */
const conflictMs = 20 * 60_000;

/** @param periodInDays - undefined leaves an enabled rotation as it is, and means 365 else */
export function enableRotation(
  record: KeyRecord,
  periodInDays: number | undefined,
  nowMs: number,
): KeyRecord | undefined {
  const known = record.rotation?.periodInDays;
  if (known !== undefined && (periodInDays === undefined || periodInDays === known))
    return undefined;
  return { ...record, rotation: newRotation(periodInDays, nowMs) };
}

/** A schedule that starts now. */
export function newRotation(periodInDays = rotationPeriodInDaysDefault, nowMs: number) {
  return { periodInDays, nextAtMs: nowMs + periodInDays * dayMs };
}

export function disableRotation(record: KeyRecord): KeyRecord | undefined {
  if (record.rotation === undefined) return undefined;
  const { rotation: _, ...rest } = record;
  return rest;
}

/** @throws KmsError LimitExceededException, ConflictException */
export function requestRotation(
  record: KeyRecord,
  arn: string,
  nowMs: number,
): KeyRecord | undefined {
  if (record.onDemandRotationAtMs !== undefined) return undefined;
  const { keyMaterials } = record;
  const done = keyMaterials.filter(({ rotationType }) => rotationType === 'ON_DEMAND').length;
  if (done >= onDemandRotationsMax) throw tooManyRotations(arn);
  const last = keyMaterials.at(-1);
  if (last?.rotationType === 'AUTOMATIC' && nowMs - last.createdAtMs < conflictMs)
    throw justRotated(arn);
  return { ...record, onDemandRotationAtMs: nowMs };
}

/** The kind of rotation that is due, if one is. */
export function rotationDue(record: KeyRecord, nowMs: number): RotationType | undefined {
  if (record.onDemandRotationAtMs !== undefined) return 'ON_DEMAND';
  const automaticAtMs = automaticRotationAtMs(record);
  return automaticAtMs !== undefined && automaticAtMs <= nowMs ? 'AUTOMATIC' : undefined;
}

/** The record with a further material; a rotation on demand leaves the schedule as it is. */
export function rotate(
  record: KeyRecord,
  rotationType: RotationType,
  material: KeyMaterialRecord,
): KeyRecord {
  const { onDemandRotationAtMs, rotation, ...rest } = record;
  const rotated = {
    ...rest,
    keyMaterials: [...record.keyMaterials, { ...material, rotationType }],
  };
  if (rotationType === 'ON_DEMAND')
    return rotation === undefined ? rotated : { ...rotated, rotation };
  const next = newRotation(rotation?.periodInDays, material.createdAtMs);
  return {
    ...rotated,
    rotation: next,
    ...(onDemandRotationAtMs === undefined ? {} : { onDemandRotationAtMs }),
  };
}

function tooManyRotations(arn: string): KmsError {
  return new KmsError(
    'LimitExceededException',
    'The on-demand rotations limit has been reached for the given keyId. ' +
      `No more on-demand rotations can be performed for this key: ${arn}`,
  );
}

function justRotated(arn: string): KmsError {
  return new KmsError('ConflictException', `${arn} was rotated automatically just now.`);
}
