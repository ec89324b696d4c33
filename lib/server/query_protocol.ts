// The AWS query protocol: that of IAM and STS. Parameters of a form, or of the URL of a presigned
// request, come in; XML goes out.

import type { AnyIamOperation } from '../iam/iam_table.js';
import type { Member } from '../operations/shape.js';
import type { Answer } from './answer.js';
import { splitTarget } from './authenticate.js';
import type { Backend } from './backend.js';
import type { Failure } from './failure.js';
import { readQueryInput } from './query_input.js';
import type { Pair } from './query_string.js';
import { parseQuery } from './query_string.js';
import { noteRequester, noteRequestId } from './requester.js';
import type { RequestInProgress } from './served_request.js';
import type { Authenticator, Protocol, WireCall } from './wire_call.js';
import { WireError } from './wire_error.js';
import { xmlError, xmlResult } from './xml_answer.js';

type Members = Readonly<Record<string, Member>>;

const contentType = 'text/xml';

const services = {
  iam: { version: '2010-05-08', namespace: 'https://iam.amazonaws.com/doc/2010-05-08/' },
  sts: { version: '2011-06-15', namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
} as const;

/**
 * The same failures under the names and with the statuses of the query services.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
 */
const names: Readonly<Record<string, readonly [code: string, status: number]>> = {
  ExpiredTokenException: ['ExpiredToken', 403],
  IncompleteSignatureException: ['IncompleteSignature', 403],
  InvalidSignatureException: ['SignatureDoesNotMatch', 403],
  KMSInternalException: ['InternalFailure', 500],
  MalformedQueryStringException: ['MalformedQueryString', 400],
  MissingAuthenticationTokenException: ['MissingAuthenticationToken', 403],
  RequestEntityTooLargeException: ['RequestEntityTooLarge', 413],
  ServiceUnavailableException: ['ServiceUnavailable', 503],
  UnknownOperationException: ['InvalidAction', 400],
  UnrecognizedClientException: ['InvalidClientTokenId', 403],
};

/** The query protocol over a backend. */
export class QueryProtocol implements Protocol {
  readonly #backend: Backend;
  readonly #authenticate: Authenticator;

  constructor(backend: Backend, authenticate: Authenticator) {
    this.#backend = backend;
    this.#authenticate = authenticate;
  }

  async answer(call: WireCall): Promise<Answer> {
    const { progress } = call;
    const pairs = pairsOf(call);
    const operation = this.#operationOf(pairs);
    const { service, name, shape } = operation;
    progress.service = service;
    progress.operation = name;
    const requester = await this.#authenticate(call, service);
    noteRequester(progress, requester);
    const input = readQueryInput(pairs, shape as Members);
    progress.input = input;
    const output = await this.#backend.callIam(operation, input, requester);
    noteRequestId(progress, output);
    progress.output = output as Record<string, unknown>;
    const { namespace } = services[service];
    const { requestId } = progress;
    const body = xmlResult(output, { namespace, operation: name, requestId });
    return { status: 200, contentType, body };
  }

  failure(failure: Failure, { requestId, service }: RequestInProgress): Answer {
    const { message } = failure;
    const [code, status] = names[failure.code] ?? [failure.code, failure.status];
    const type = status < 500 ? 'Sender' : 'Receiver';
    const { namespace } = services[service === 'sts' ? 'sts' : 'iam'];
    const body = xmlError({ type, code, message }, { namespace, requestId });
    return { status, contentType, body };
  }

  #operationOf(pairs: readonly Pair[]): AnyIamOperation {
    const action = parameterOf(pairs, 'Action') ?? '';
    const version = parameterOf(pairs, 'Version') ?? '';
    const operation = this.#backend.queryOperation(action);
    if (operation !== undefined && services[operation.service].version === version)
      return operation;
    const text = `Could not find operation ${action} for version ${version || 'NO_VERSION_SPECIFIED'}`;
    throw new WireError('UnknownOperationException', text);
  }
}

/** Whether a request without a target speaks this protocol. */
export function isQueryRequest({ headers, method, target }: WireCall): boolean {
  const form = /^application\/x-www-form-urlencoded(;|$)/;
  if (method === 'POST') return form.test(headers.get('content-type') ?? '');
  return method === 'GET' && /[?&]Action=/.test(target);
}

function pairsOf({ method, body, target }: WireCall): readonly Pair[] {
  const pairs =
    method === 'GET'
      ? parseQuery(splitTarget(target)[1], '+')
      : parseQuery(body.toString('utf8'), ' ');
  if (pairs !== undefined) return pairs;
  throw new WireError('MalformedQueryStringException', 'parameters must be percent-encoded UTF-8');
}

function parameterOf(pairs: readonly Pair[], name: string): string | undefined {
  return pairs.find(([known]) => known === name)?.[1];
}
