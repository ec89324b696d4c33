// ListKeyRotations, oldest first; the material that the key was made with is no rotation.
// https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyRotations.html

import { includedKeyMaterials } from '../enumerations.js';
import type { KeyMaterialRecord } from '../keys/key_record.js';
import { anyState } from '../keys/key_state.js';
import type { KmsKey } from '../keys/kms_key.js';
import type {
  ListKeyRotationsInput,
  ListKeyRotationsOutput,
  RotationsListEntry,
} from '../types.js';
import { requiredKeyIdMember } from './members.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { cutList, pageMembers, pageToRead } from './pages.js';
import { compileShape } from './shape.js';

export const listKeyRotations: KeyOperation<ListKeyRotationsInput, ListKeyRotationsOutput> = {
  name: 'ListKeyRotations',
  action: actionNamed('kms:ListKeyRotations'),
  validate: compileShape<ListKeyRotationsInput>({
    KeyId: requiredKeyIdMember,
    IncludeKeyMaterial: { kind: 'enum', values: includedKeyMaterials },
    ...pageMembers(1000),
  }),
  key: { keyMember: 'KeyId', aliases: false },
  state: anyState,
  run(request, key) {
    const all = key.record.keyMaterials.map((material) => toEntry(material, key));
    const wanted = request.IncludeKeyMaterial === 'ALL_KEY_MATERIAL' ? all : all.slice(1);
    const { items, page } = cutList(wanted, pageToRead(request, 100));
    return { Rotations: [...items], ...page };
  },
};

function toEntry(
  { keyMaterialId, createdAtMs, rotationType }: KeyMaterialRecord,
  { arn, currentMaterial }: KmsKey,
): RotationsListEntry {
  return {
    KeyId: arn,
    KeyMaterialId: keyMaterialId,
    KeyMaterialState: keyMaterialId === currentMaterial.keyMaterialId ? 'CURRENT' : 'NON_CURRENT',
    ...(rotationType === undefined
      ? {}
      : { RotationDate: new Date(createdAtMs), RotationType: rotationType }),
  };
}
