import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DataKey, nativeInfo, requireLockedMemory, reseed } from '../../lib/hsm/index.js';

describe('nativeInfo', () => {
  it('tells the version of the private OpenSSL, which is not that of Node', () => {
    expect(nativeInfo().openssl).toMatch(/^OpenSSL 3\.5\.\d+ /);
    expect(nativeInfo().openssl).not.toContain(process.versions.openssl.replace('+quic', ''));
  });

  it('calls the CPU constant-time exactly when it has AES and carry-less multiply', () => {
    const cpu = readFileSync('/proc/cpuinfo', 'utf8');
    const flags = /^(?:flags|Features)\s*:(.*)$/m.exec(cpu)?.[1]?.trim().split(' ') ?? [];
    const has = flags.includes('aes') && (flags.includes('pclmulqdq') || flags.includes('pmull'));
    expect(nativeInfo().constantTime).toBe(has);
    expect(nativeInfo().aesGcm).toMatch(/\w/);
  });

  it('starts nothing', () => {
    expect(nativeInfo().memory).toMatchObject({
      backing: 'none',
      bytesLocked: 0,
      bytesUnlocked: 0,
      bytesInUse: 0,
      bytesLarge: 0,
    });
  });

  it('counts at most 64 bytes for a data key and gives them back', () => {
    DataKey.generate().dispose();
    const before = nativeInfo().memory.bytesInUse;
    const keys = Array.from({ length: 1000 }, () => DataKey.generate());
    expect(nativeInfo().memory.bytesInUse - before).toBeLessThanOrEqual(64_000);
    expect(nativeInfo().memory.bytesInUse - before).toBeGreaterThanOrEqual(32_000);
    for (const key of keys) key.dispose();
    expect(nativeInfo().memory.bytesInUse).toBe(before);
  });

  it('agrees with requireLockedMemory', () => {
    const { bytesUnlocked, bytesLocked } = nativeInfo().memory;
    if (bytesUnlocked === 0) requireLockedMemory();
    else expect(requireLockedMemory).toThrow(/not locked/);
    expect(bytesLocked + bytesUnlocked).toBeGreaterThanOrEqual(512 * 1024);
  });
});

describe('reseed', () => {
  it('leaves keys as they are', () => {
    const key = DataKey.generate();
    const box = key.encrypt(Uint8Array.of(1, 2, 3));
    reseed();
    expect(key.decrypt(box)).toEqual(Uint8Array.of(1, 2, 3));
    expect(key.encrypt(Uint8Array.of(1, 2, 3))).not.toEqual(box);
    key.dispose();
  });
});
