// What may stand as `kms`, for the compiler: our client and the AWS SDK's.

import type { KMS } from '@aws-sdk/client-kms';
import { expectTypeOf, test } from 'vitest';
import type { AwsKms, KmsClient } from '../../lib/index.js';

test('our client and the AWS SDK’s fit', () => {
  expectTypeOf<KmsClient>().toExtend<AwsKms>();
  expectTypeOf<KMS>().toExtend<AwsKms>();
});
