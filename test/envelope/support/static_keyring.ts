// A keyring for messages whose data key a test knows.

import type { Keyring } from '../../../lib/envelope/keyring.js';
import { DecryptionMaterials } from '../../../lib/envelope/materials.js';
import { MessageDataKey } from '../../../lib/hsm/index.js';

/** The ARN that it says opened a message. */
export const staticKeyArn = 'arn:aws:kms:eu-west-1:111122223333:key/static';

export function staticKeyring(dataKey: Uint8Array): Keyring {
  return {
    newMaterials: () => Promise.reject(new Error('nothing is encrypted here')),
    openMaterials: async (_header, context) => {
      // The import wipes what it is given.
      const key = MessageDataKey.import(Uint8Array.from(dataKey));
      return new DecryptionMaterials(key, staticKeyArn, context, []);
    },
  };
}
