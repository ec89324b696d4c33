// GenerateRandom. https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateRandom.html

import { KmsError } from '../errors.js';
import type { GenerateRandomInput, GenerateRandomOutput } from '../types.js';
import { recipient } from './members.js';
import type { KeylessOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { compileShape } from './shape.js';

export const generateRandom: KeylessOperation<GenerateRandomInput, GenerateRandomOutput> = {
  name: 'GenerateRandom',
  action: actionNamed('kms:GenerateRandom'),
  onNoResource: true,
  validate: compileShape<GenerateRandomInput>(
    { NumberOfBytes: { kind: 'integer', min: 1, max: 1024 } },
    ['CustomKeyStoreId', recipient],
  ),
  check({ NumberOfBytes }) {
    if (NumberOfBytes !== undefined) return;
    throw new KmsError('ValidationException', 'NumberOfBytes is required.');
  },
  async run({ NumberOfBytes }, { engine: { hsm } }) {
    return { Plaintext: hsm.randomKeyBytes(NumberOfBytes as number) };
  },
};
