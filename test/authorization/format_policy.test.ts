// How AWS KMS prints a policy.

import { expect, test } from 'vitest';
import { compilePolicy, defaultKeyPolicy, formatPolicy } from '../../lib/authorization/index.js';
import { account, compiledOf, refusal } from './support/requests.js';

const printed = (text: string) =>
  formatPolicy(compiledOf(compilePolicy(text, { kind: 'key policy', name: 'default' })).document);

test('what is printed is printed again as it is', () => {
  expect(printed(defaultKeyPolicy(account))).toBe(defaultKeyPolicy(account));
});

test('spacing is AWS’s, order and spelling the writer’s', () => {
  const text =
    '{"Statement":{"Effect":"Allow","Resource":"*","Principal":{"AWS":["111122223333"]},"Action":["kms:Encrypt","KMS:decrypt"],' +
    '"Condition":{"NumericLessThan":{"kms:RotationPeriodInDays":9e1},"Bool":{"aws:SecureTransport":true}}}}';
  expect(printed(text)).toBe(`{
  "Statement" : {
    "Effect" : "Allow",
    "Resource" : "*",
    "Principal" : {
      "AWS" : [ "111122223333" ]
    },
    "Action" : [ "kms:Encrypt", "KMS:decrypt" ],
    "Condition" : {
      "NumericLessThan" : {
        "kms:RotationPeriodInDays" : 9e1
      },
      "Bool" : {
        "aws:SecureTransport" : true
      }
    }
  }
}`);
});

test.each(['Principal', 'NotPrincipal'])('a bare * for %s comes back as {"AWS":"*"}', (name) => {
  const one = `{"Effect":"Deny","${name}":"*","Action":"kms:Sign","Resource":"*"}`;
  const expected = { [name]: { AWS: '*' } };
  expect(JSON.parse(printed(`{"Statement":${one}}`)).Statement).toMatchObject(expected);
  const many = JSON.parse(printed(`{"Statement":[${one},${one}]}`)).Statement;
  for (const statement of many) expect(statement).toMatchObject({ ...expected, Resource: '*' });
});

test('what is empty, and text with quotes', () => {
  const text = '{"Id":"\\"\\\\é","Statement":[{"Effect":"Allow","Principal":"*","Condition":{}}]}';
  expect(printed(text)).toContain('"Id" : "\\"\\\\é"');
  expect(printed(text)).toContain('"Condition" : { }');
  expect(refusal(printed(text))).toBeUndefined();
});

test('plain data is printed, too', () => {
  expect(formatPolicy({ a: [], b: [{ c: 'd' }, 'e'] })).toBe(`{
  "a" : [ ],
  "b" : [ {
    "c" : "d"
  }, "e" ]
}`);
});
