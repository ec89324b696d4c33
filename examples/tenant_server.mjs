// A notes server for several tenants. Each tenant's notes are encrypted under data keys that are bound to
// that tenant by their encryption context: whoever mixes up two tenants' records decrypts nothing. The
// KMS is inside the server; no request leaves it.
//
//   node examples/tenant_server.mjs            serves on http://127.0.0.1:3000
//   PUT  /notes/NAME   (header x-tenant: alice)   stores the body
//   GET  /notes/NAME   (header x-tenant: alice)   gives it back
//
// The tenant stands in a header here; a real server takes it from whom it has authenticated.

import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { Kms } from 'keystead';

const keyId = 'alias/notes';
const noteSizeBytesMax = 64 * 1024;

/** Notes at rest: what a database would hold. Nothing here is of use without the KMS. */
const records = new Map();

async function openKms() {
  const path = process.env.NOTES_PATH;
  const kms = await Kms.open(path === undefined ? { store: 'memory' } : { path });
  const client = kms.client();
  await client.describeKey({ KeyId: keyId }).catch(async (error) => {
    if (error.name !== 'NotFoundException') throw error;
    const { KeyMetadata } = await client.createKey({ Description: 'notes of all tenants' });
    await client.createAlias({ AliasName: keyId, TargetKeyId: KeyMetadata.KeyId });
  });
  return { kms, client };
}

async function putNote(client, tenant, name, text) {
  const { dataKey, encryptedDataKey } = await client.newDataKey({
    keyId,
    encryptionContext: { tenant },
  });
  try {
    // The name is authenticated with the note: nobody can swap two notes of one tenant either.
    const box = dataKey.encrypt(text, Buffer.from(name));
    records.set(`${tenant}/${name}`, { encryptedDataKey, box });
  } finally {
    dataKey.dispose();
  }
}

async function getNote(client, tenant, name) {
  const record = records.get(`${tenant}/${name}`);
  if (record === undefined) return undefined;
  const { encryptedDataKey, box } = record;
  const encryptionContext = { tenant };
  const { dataKey } = await client.openDataKey({ encryptedDataKey, encryptionContext });
  try {
    return dataKey.decrypt(box, Buffer.from(name));
  } finally {
    dataKey.dispose();
  }
}

async function answer(client, request) {
  const tenant = request.headers['x-tenant'];
  const [, name] = /^\/notes\/([\w-]{1,64})$/.exec(request.url) ?? [];
  if (!/^[a-z]{1,32}$/.test(tenant ?? '') || name === undefined) return { status: 400 };
  if (request.method === 'GET') {
    const note = await getNote(client, tenant, name);
    return note === undefined ? { status: 404 } : { status: 200, body: note };
  }
  if (request.method !== 'PUT') return { status: 405 };
  if (!(Number(request.headers['content-length']) <= noteSizeBytesMax)) return { status: 413 };
  await putNote(client, tenant, name, await buffer(request));
  return { status: 204 };
}

const { kms, client } = await openKms();
const server = createServer(async (request, response) => {
  const { status, body } = await answer(client, request).catch((error) => {
    console.error(error);
    return { status: 500 };
  });
  response.writeHead(status).end(body);
});
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`notes on http://127.0.0.1:${server.address().port}`);
});
process.on('SIGTERM', () => {
  server.close(() => kms.close());
  server.closeIdleConnections();
});
