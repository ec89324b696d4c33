// Works under a limit of lockable memory: `limited.mjs MODE LIMIT SCENARIO`, an answer of JSON.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { configureSecureMemory, DataKey, nativeInfo } from '../../../dist/hsm/index.js';

const [mode, limit, scenario] = process.argv.slice(2);
const { canLock } = createRequire(import.meta.url)('../../../build/Release/test/test_addon.node');
const warnings = [];
process.on('warning', ({ code }) => warnings.push(code));

function attempt(call) {
  try {
    return { value: call() };
  } catch ({ code, message }) {
    return { code, message };
  }
}

/** The bytes that are locked by the kernel's own account (`lo` in proc_pid_smaps(5)). */
function kernelLocked() {
  const entries = readFileSync('/proc/self/smaps', 'utf8').split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/);
  const locked = entries.filter((entry) => /^VmFlags:.* lo\b/m.test(entry));
  return locked.reduce((sum, entry) => sum + 1024 * Number(/^Size:\s+(\d+) kB/m.exec(entry)[1]), 0);
}

function roundTrips(key) {
  const box = key.encrypt(new Uint8Array(100).fill(5));
  return key.decrypt(box).every((byte) => byte === 5);
}

function start() {
  const started = attempt(() => roundTrips(DataKey.generate()));
  const again = attempt(() => roundTrips(DataKey.generate()));
  return { started, again };
}

function fillAndEmpty() {
  const keys = [];
  let refused;
  while (refused === undefined && keys.length < 1_000_000) {
    const { value, code, message } = attempt(() => DataKey.generate());
    if (value === undefined) refused = { code, message };
    else keys.push(value);
  }
  const used = attempt(() => roundTrips(keys[0]));
  const full = nativeInfo().memory;
  const count = keys.length;
  // More than come anew: what OpenSSL took of its reserve meanwhile is filled up first.
  for (const key of keys.splice(0, 2000)) key.dispose();
  const after = attempt(() => Array.from({ length: 1000 }, () => DataKey.generate()).length);
  return { count, refused, used, full, after };
}

function hundredThousand() {
  const keys = Array.from({ length: 100_000 }, () => DataKey.generate());
  return { works: roundTrips(keys.at(-1)), memory: nativeInfo().memory };
}

const scenarios = { start, fillAndEmpty, hundredThousand };

const lockBeyond = canLock(Number(limit) * 1024 + 4096);
configureSecureMemory({ mode });
const result = scenarios[scenario]();
setTimeout(() => {
  const { memory } = nativeInfo();
  console.log(
    JSON.stringify({ lockBeyond, ...result, memory, warnings, kernelLocked: kernelLocked() }),
  );
}, 20);
