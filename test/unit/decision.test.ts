import { expect, test } from 'vitest';
import { decide } from '../../lib/authorization/decision.js';

const principal = { account: '111122223333', arn: 'arn:aws:iam::111122223333:root' };

test('a key serves its own account and no other', () => {
  expect(decide({ principal, resourceAccount: '111122223333' }).decision).toBe('Allow');
  expect(decide({ principal, resourceAccount: '444455556666' }).decision).toBe('Deny');
});
