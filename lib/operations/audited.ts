// What the audit trail is told of a request to KMS (KMS Developer Guide, Logging AWS KMS API calls with AWS CloudTrail).

import { keyArn } from '../arn.js';
import { AuditNote, noting } from '../audit/note.js';
import { parseEncryptionContext } from '../envelope/encryption_context.js';
import type { Caller, Operation } from './operation.js';

/** What of an operation an event tells. */
export type ToldOperation = Pick<Operation<unknown, unknown>, 'name' | 'ours' | 'action'>;

type Members = Readonly<Record<string, unknown>>;

/** Never recorded: plaintexts, ciphertexts, tokens, in AWS's spelling and in ours. */
const withheld = new Set([
  'plaintext',
  'ciphertextBlob',
  'encryptedDataKey',
  'grantTokens',
  'grantToken',
]);
const encryptionContextName = /encryptionContext$/i;

/**
 * @param serve - serves the request for the caller that it is given
 * @param tell - what else the event tells of an answer
 */
export async function audited<Output extends object>(
  operation: ToldOperation,
  caller: Caller,
  serve: (caller: Caller) => Promise<Output>,
  tell: (output: Output) => object | undefined = materialOf,
): Promise<Output> {
  const { engine, names, keys, viaService } = caller;
  if (engine.audit === undefined) return serve(caller);
  const note = new AuditNote(engine.audit, {
    eventSource: 'kms.amazonaws.com',
    eventName: eventNameOf(operation),
    awsRegion: names.region,
    account: names.account,
    keys,
    viaService,
    nowMs: engine.registry.ground.nowMs,
  });
  const registry = engine.registry.attaching(({ account, region, keyId }, tells) => {
    const arn = keyArn(account, region, keyId);
    note.touches({ account, arn });
    return note.commits({ keyId: arn, ...tells });
  });
  const noted = { ...caller, engine: { ...engine, registry }, note };
  return noting(note, () => serve(noted), tell);
}

/** The members of a validated request that may be recorded, in CloudTrail's spelling. */
export function parametersOf(request: object): object {
  const found = Object.entries(request as Members).map(([name, value]) => {
    const recorded = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    if (withheld.has(recorded) || value === undefined) return undefined;
    if (!encryptionContextName.test(recorded)) return [recorded, value] as const;
    return [recorded, parseEncryptionContext(value as Uint8Array)] as const;
  });
  const parameters = Object.fromEntries(found.filter((entry) => entry !== undefined));
  // AWS records the default too.
  return 'Plaintext' in request || 'CiphertextBlob' in request
    ? { encryptionAlgorithm: 'SYMMETRIC_DEFAULT', ...parameters }
    : parameters;
}

/** What AWS lacks is recorded as what it needs the permission of. */
function eventNameOf({ name, ours, action }: ToldOperation): string {
  return ours === true ? action.name.slice('kms:'.length) : name;
}

function materialOf(output: object): object | undefined {
  const { KeyMaterialId, keyMaterialId = KeyMaterialId } = output as Members;
  return keyMaterialId === undefined ? undefined : { keyMaterialId };
}
