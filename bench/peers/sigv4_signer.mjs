// Signature Version 4 by node:crypto, as a client signs: requests of the load generator and of the
// tests. It shares no code with the verifier. Paths are `/`, or need no encoding.

import { createHash, createHmac } from 'node:crypto';

const algorithm = 'AWS4-HMAC-SHA256';
const keys = new Map();

/**
 * @typedef {object} Signer
 * @property {string} accessKeyId
 * @property {string} secretAccessKey
 * @property {string} [sessionToken]
 * @property {string} region
 * @property {string} service
 * @property {number} timeMs
 */

/**
 * The headers of a signed request: those given, and the signature's.
 *
 * @param {{ method: string, path?: string, headers: Record<string, string>, body: string | Uint8Array }} request
 * headers in lower case, `host` among them
 * @param {Signer} signer
 * @returns {Record<string, string>}
 */
export function signHeaders({ method, path = '/', headers, body }, signer) {
  const dateTime = basicTime(signer.timeMs);
  const all = { ...headers, 'x-amz-date': dateTime };
  if (signer.sessionToken !== undefined) all['x-amz-security-token'] = signer.sessionToken;
  const names = Object.keys(all).sort();
  const lines = names.map((name) => `${name}:${all[name]}\n`).join('');
  const list = names.join(';');
  const canonical = `${method}\n${path}\n\n${lines}\n${list}\n${sha256(body)}`;
  const scope = scopeOf(signer, dateTime);
  const signature = signatureOf(canonical, dateTime, scope, signer);
  all.authorization = `${algorithm} Credential=${signer.accessKeyId}/${scope}, SignedHeaders=${list}, Signature=${signature}`;
  return all;
}

/**
 * The target of a presigned request.
 *
 * @param {{ method: string, host: string, query: Record<string, string>, body?: string | Uint8Array }} request
 * @param {Signer & { expiresSeconds: number }} signer
 * @returns {string}
 */
export function presign({ method, host, query, body = '' }, signer) {
  const dateTime = basicTime(signer.timeMs);
  const scope = scopeOf(signer, dateTime);
  const all = {
    ...query,
    'X-Amz-Algorithm': algorithm,
    'X-Amz-Credential': `${signer.accessKeyId}/${scope}`,
    'X-Amz-Date': dateTime,
    'X-Amz-Expires': String(signer.expiresSeconds),
    'X-Amz-SignedHeaders': 'host',
  };
  if (signer.sessionToken !== undefined) all['X-Amz-Security-Token'] = signer.sessionToken;
  const pairs = Object.keys(all).sort();
  const text = pairs.map((name) => `${encode(name)}=${encode(all[name])}`).join('&');
  const canonical = `${method}\n/\n${text}\nhost:${host}\n\nhost\n${sha256(body)}`;
  return `/?${text}&X-Amz-Signature=${signatureOf(canonical, dateTime, scope, signer)}`;
}

/**
 * The derived signing key.
 *
 * @param {string} secret
 * @param {string} date
 * @param {string} region
 * @param {string} service
 * @returns {Buffer}
 */
export function signingKey(secret, date, region, service) {
  const name = `${secret}/${date}/${region}/${service}`;
  let key = keys.get(name);
  if (key === undefined) {
    const steps = [date, region, service, 'aws4_request'];
    key = steps.reduce((made, text) => hmac(made, text).digest(), `AWS4${secret}`);
    keys.set(name, key);
  }
  return key;
}

/**
 * @param {Buffer} key
 * @param {string | Uint8Array} text
 * @returns {string} 64 hexadecimal digits
 */
export function sign(key, text) {
  return hmac(key, text).digest('hex');
}

function signatureOf(canonical, dateTime, scope, { secretAccessKey, region, service }) {
  const key = signingKey(secretAccessKey, dateTime.slice(0, 8), region, service);
  return sign(key, `${algorithm}\n${dateTime}\n${scope}\n${sha256(canonical)}`);
}

function scopeOf({ region, service }, dateTime) {
  return `${dateTime.slice(0, 8)}/${region}/${service}/aws4_request`;
}

function basicTime(timeMs) {
  return `${new Date(timeMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

function encode(text) {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(body) {
  return createHash('sha256').update(body).digest('hex');
}

function hmac(key, text) {
  return createHmac('sha256', key).update(text);
}
