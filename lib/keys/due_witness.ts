// Who is told of what is done to keys without anybody asking: deletions and rotations that are due.

import type { SealedChange } from '../store/sealed_store.js';
import type { KmsKey } from './kms_key.js';

/** AWS's names of what KMS does by itself. */
export type DueJobName = 'DeleteKey' | 'RotateKey';

/** Is told of one job. */
export interface DueWitness {
  /** What is committed together with the job; asked again when the job is tried again. */
  commits(
    job: DueJobName,
    key: Pick<KmsKey, 'account' | 'region' | 'arn'>,
  ): readonly SealedChange[];
  /** The job is done. */
  committed(): Promise<void>;
}

/** Makes a witness for a job; undefined when nobody wants to be told. */
export type NewWitness = () => DueWitness | undefined;
