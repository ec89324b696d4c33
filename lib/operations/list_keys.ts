// ListKeys. https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html

import { keyArn } from '../arn.js';
import type { ListKeysInput, ListKeysOutput } from '../types.js';
import type { KeylessOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { pageMembers, pageToRead, toPage } from './pages.js';
import { compileShape } from './shape.js';

export const listKeys: KeylessOperation<ListKeysInput, ListKeysOutput> = {
  name: 'ListKeys',
  action: actionNamed('kms:ListKeys'),
  onNoResource: true,
  validate: compileShape<ListKeysInput>(pageMembers(1000)),
  async run(request, { caller: { names, engine } }) {
    const wanted = pageToRead(request, 100);
    const keys = await engine.registry.list(names.account, names.region, wanted);
    const { items, page } = toPage(keys, wanted, ({ keyId }) => keyId);
    const Keys = items
      .filter(({ isGone }) => !isGone)
      .map(({ account, region, keyId }) => ({
        KeyId: keyId,
        KeyArn: keyArn(account, region, keyId),
      }));
    return { Keys, ...page };
  },
};
