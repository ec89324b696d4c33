// What the addon shows to and takes from the process that loads it.

import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { dynamicSymbolsOf } from './support/elf_symbols.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { resolve } = createRequire(import.meta.url)('node-gyp-build') as {
  resolve(folder: string): string;
};
// As OpenSSL names its functions: a prefix in one case, an underscore, more.
const openSslPrefixes =
  'OPENSSL OSSL CRYPTO EVP RAND ERR BIO BN EC RSA DSA DH HMAC CMAC AES SHA\\d* MD5 X509\\w* ASN1 ' +
  'PEM SSL TLS ENGINE CONF OBJ d2i i2d';
const openSslName = new RegExp(`^(${openSslPrefixes.replaceAll(' ', '|')})_`, 'i');

describe('the symbol table of the addon', () => {
  const { exported, imported } = dynamicSymbolsOf(resolve(root));

  it('exports the entry points of Node-API and nothing else', () => {
    expect([...exported].sort()).toEqual([
      'napi_register_module_v1',
      'node_api_module_get_api_version_v1',
    ]);
  });

  it('imports nothing of OpenSSL', () => {
    expect(imported.filter((name) => openSslName.test(name))).toEqual([]);
  });

  it('is read whole: Node-API and the C library are among the imports', () => {
    expect(imported).toContain('napi_create_arraybuffer');
    expect(imported).toContain('mmap');
  });

  it('would show OpenSSL where it is: Node exports its own', () => {
    const node = dynamicSymbolsOf(process.execPath);
    expect(node.exported.filter((name) => openSslName.test(name)).length).toBeGreaterThan(100);
  });
});
