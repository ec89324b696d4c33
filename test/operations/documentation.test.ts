// docs/operations.md tells of every operation of AWS, served or not, and of its key states.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { mustBeEnabled, mustBePendingDeletion } from '../../lib/keys/key_state.js';
import { operations, unservedOperations } from '../../lib/operations/table.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = readFileSync(join(root, 'docs/operations.md'), 'utf8');

function rowsUnder(heading: string): string[][] {
  const section = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = [...section.matchAll(/^\| ([A-Z]\w+) \|(.*)\|$/gm)];
  return rows.map(([, name = '', rest = '']) => [
    name,
    ...rest.split('|').map((cell) => cell.trim()),
  ]);
}

test('the served operations are those of the table', () => {
  expect(rowsUnder('Served').map(([name]) => name)).toEqual(Object.keys(operations));
});

test('the others are those that are not', () => {
  expect(rowsUnder('Not served yet').map(([name]) => name)).toEqual(unservedOperations);
});

const rows = rowsUnder('Served').map(([name = '', states = '', policy = '', across = '']) => ({
  name,
  states,
  policy,
  across,
}));
test.each(rows)('$name: key states, policy and accounts', ({ name, states, policy, across }) => {
  const operation = operations[name as keyof typeof operations];
  const { crossAccount, authority, grantable } = operation.action;
  if (operation.key !== undefined) {
    expect(states === 'enabled').toBe(operation.state === mustBeEnabled);
    expect(states === 'pending deletion').toBe(operation.state === mustBePendingDeletion);
  }
  if (across === 'yes' || across === 'no') expect(across === 'yes').toBe(crossAccount);
  if (authority === 'identity') expect(policy).toBe('IAM');
  if (/\+grant/.test(policy)) expect(grantable).toBe(true);
});
