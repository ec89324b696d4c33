// Forks without exec: `hsm_fork.cjs SCENARIO`, an answer of JSON. CommonJS, and no asynchronous
// call before the fork: a child that ends by exit(3) would wait for the threads of Node's pool,
// which stayed with the parent.

const { mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { fork, forkLiving, external } = require('../../../build/Release/test/test_addon.node');
const {
  addon,
  DataKey,
  MessageDataKey,
  MessageWriter,
  nativeInfo,
  SigningKey,
} = require('../../../dist/hsm/index.js');

function attempt(call) {
  try {
    return { value: String(call()) };
  } catch ({ code, message }) {
    return { code, message };
  }
}

const bytes = () => new Uint8Array(200);

/** A call of every function of the addon and every method of a key. */
function everyCall(key, handle) {
  const functions = Object.entries(addon());
  const methods = {
    encrypt: () => key.encrypt(bytes()),
    encryptInto: () => key.encryptInto(bytes(), new Uint8Array(1000)),
    decrypt: () => key.decrypt(bytes()),
    decryptInto: () => key.decryptInto(bytes(), new Uint8Array(1000)),
    exportPlaintext: () => key.exportPlaintext(),
    share: () => key.share(),
    generate: () => DataKey.generate(),
    import: () => DataKey.import(new Uint8Array(32)),
    adopt: () => DataKey.adopt(new Uint8Array(16)),
    dispose: () => key.dispose(),
    disposed: () => key.disposed,
    nativeInfo: () => nativeInfo(),
  };
  return [
    ...functions.map(([name, call]) => [name, attempt(() => call(handle, bytes(), bytes()))]),
    ...Object.entries(methods).map(([name, call]) => [name, attempt(call)]),
  ];
}

/** Everything of messages that holds keys. */
function messageObjects() {
  const one = new Uint8Array(1);
  const encryptedDataKeys = [{ providerId: 'test', providerInfo: one, ciphertext: one }];
  const writer = new MessageWriter({ dataKey: DataKey.generate(), encryptedDataKeys });
  const key = MessageDataKey.import(new Uint8Array(16));
  return [SigningKey.generate(), key, writer, writer.encryptor()];
}

const scenarios = {
  everyCall() {
    const key = DataKey.generate();
    const handle = addon().dataKeyGenerate();
    const child = fork(() => JSON.stringify(everyCall(key, handle)), true);
    return { ...child, parent: attempt(() => key.decrypt(key.encrypt(bytes())).length) };
  },

  finalizers() {
    let keys = Array.from({ length: 1000 }, () => DataKey.generate());
    let messages = Array.from({ length: 10 }, messageObjects);
    let externals = Array.from({ length: 5 }, () => external(false));
    const kept = DataKey.generate();
    const child = fork(() => {
      keys = undefined;
      messages = undefined;
      externals = undefined;
      global.gc();
      return String(nativeInfo === undefined);
    }, true);
    const others = externals.length + messages.length;
    const parent = attempt(() => keys.at(-1).encrypt(bytes()).length + others);
    return { ...child, parent, kept: attempt(() => kept.encrypt(bytes()).length) };
  },

  fileLock() {
    addon().start();
    const folder = mkdtempSync(join(tmpdir(), 'keystead-fork-'));
    const file = join(folder, 'lock');
    writeFileSync(file, '');
    let lock = addon().fileLockOpen(file);
    addon().fileLockTryTake(lock);
    const child = fork(() => {
      lock = undefined;
      global.gc();
      return 'collected';
    }, true);
    const parent = attempt(() => addon().fileLockTryTake(addon().fileLockOpen(file)));
    const kept = attempt(() => addon().fileLockTryTake(lock));
    rmSync(folder, { recursive: true });
    return { ...child, parent, kept };
  },

  /** A child that lives on, while the parent gives up the lock in both ways. */
  async fileLockGivenUp() {
    addon().start();
    const folder = mkdtempSync(join(tmpdir(), 'keystead-fork-'));
    const file = join(folder, 'lock');
    writeFileSync(file, '');
    const closed = addon().fileLockOpen(file);
    addon().fileLockTryTake(closed);
    const children = [forkLiving()];
    addon().fileLockClose(closed);
    let lost = addon().fileLockOpen(file);
    const afterClose = addon().fileLockTryTake(lost);
    children.push(forkLiving());
    lost = undefined;
    global.gc();
    await new Promise((resolve) => setImmediate(resolve));
    const afterLoss = addon().fileLockTryTake(addon().fileLockOpen(file));
    for (const child of children) process.kill(child, 'SIGKILL');
    rmSync(folder, { recursive: true });
    return { afterClose, afterLoss };
  },

  beforeFirstUse() {
    const child = fork(() => {
      const key = DataKey.generate();
      return String(key.decrypt(key.encrypt(bytes())).length);
    }, true);
    return { ...child, parent: attempt(() => DataKey.generate().encrypt(bytes()).length) };
  },
};

Promise.resolve(scenarios[process.argv[2]]()).then((answer) => {
  console.log(JSON.stringify(answer));
});
