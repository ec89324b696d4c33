// Makes and changes keys for ever: aliases, policies, rotations, grants, deletions. Says of each
// change what it tries to make of which fact, and says it again once it is acknowledged, in writes
// that have left the process when they return: whoever kills the process knows what must be there.

import { writeSync } from 'node:fs';
import { Kms } from 'keystead';

const [path, prefix] = process.argv.slice(2);
const account = '111122223333';
const dayMs = 86_400_000;
const keysMax = 6;

let aheadMs = 0;
const clock = () => new Date(Date.now() + aheadMs);
const kms = await Kms.open({ path, account, clock });
const client = kms.client();

/** Keys of this life: { KeyId, policy, materials, grants }. */
const keys = [];
let made = 0;
/** Which key each alias names. */
const aliases = new Map();

const pick = (list) => list[Math.floor(Math.random() * list.length)];

function done(fact, value) {
  writeSync(1, `${JSON.stringify({ done: fact, value })}\n`);
}

async function does(fact, value, work) {
  writeSync(1, `${JSON.stringify({ try: fact, value })}\n`);
  await work();
  done(fact, value);
}

function policy(number) {
  const everything = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  return JSON.stringify({ Version: '2012-10-17', Id: String(number), Statement: [everything] });
}

async function createKey() {
  const { KeyMetadata } = await client.createKey({ Policy: policy(0) });
  const { KeyId } = KeyMetadata;
  done(`policy ${KeyId}`, '0');
  done(`materials ${KeyId}`, '1');
  done(`key ${KeyId}`, 'there');
  keys.push({ KeyId, policy: 0, materials: 1, grants: [] });
}

async function createAlias({ KeyId }) {
  made += 1;
  const AliasName = `alias/${prefix}-${made}`;
  await does(`alias ${AliasName}`, KeyId, () =>
    client.createAlias({ AliasName, TargetKeyId: KeyId }),
  );
  aliases.set(AliasName, KeyId);
}

async function moveAlias({ KeyId }) {
  const AliasName = pick([...aliases.keys()]);
  if (AliasName === undefined) return;
  await does(`alias ${AliasName}`, KeyId, () =>
    client.updateAlias({ AliasName, TargetKeyId: KeyId }),
  );
  aliases.set(AliasName, KeyId);
}

async function putPolicy(key) {
  const { KeyId } = key;
  key.policy += 1;
  const Policy = policy(key.policy);
  await does(`policy ${KeyId}`, String(key.policy), () =>
    client.putKeyPolicy({ KeyId, PolicyName: 'default', Policy }),
  );
}

async function rotate(key) {
  const { KeyId } = key;
  if (key.materials > 20) return;
  key.materials += 1;
  await does(`materials ${KeyId}`, String(key.materials), async () => {
    await client.rotateKeyOnDemand({ KeyId });
    await kms.runDue();
  });
}

async function createGrant(key) {
  const { KeyId } = key;
  const principal = `arn:aws:iam::${account}:role/${prefix}`;
  const { GrantId } = await client.createGrant({
    KeyId,
    GranteePrincipal: principal,
    RetiringPrincipal: principal,
    Operations: ['Decrypt'],
  });
  done(`grant ${KeyId} ${GrantId}`, 'there');
  key.grants.push(GrantId);
}

async function revokeGrant({ KeyId, grants }) {
  const GrantId = grants.pop();
  if (GrantId === undefined) return;
  await does(`grant ${KeyId} ${GrantId}`, 'gone', () => client.revokeGrant({ KeyId, GrantId }));
}

async function destroy() {
  if (keys.length < keysMax) return;
  const [{ KeyId }] = keys.splice(0, 1);
  for (const [name, target] of aliases) if (target === KeyId) aliases.delete(name);
  await does(`key ${KeyId}`, 'gone', async () => {
    await client.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    aheadMs += 7 * dayMs;
    await kms.runDue();
  });
}

writeSync(1, 'open\n');
await createKey();
const changes = [createAlias, moveAlias, putPolicy, rotate, createGrant, revokeGrant, destroy];
for (;;) {
  if (keys.length < keysMax) await createKey();
  await pick(changes)(pick(keys));
}
