// AWS JSON 1.1: the protocol of KMS. https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html

import { type MaybePromise, whenThere } from '../maybe_promise.js';
import type { Member } from '../operations/shape.js';
import { operations, unservedOperations } from '../operations/table.js';
import type { Answer } from './answer.js';
import type { Backend } from './backend.js';
import type { Failure } from './failure.js';
import { writeJsonAnswer } from './json_answer.js';
import { readJsonRequest } from './json_request.js';
import { noteRequester, noteRequestId } from './requester.js';
import type { RequestInProgress } from './served_request.js';
import type { Authenticator, Protocol, WireCall } from './wire_call.js';
import { WireError } from './wire_error.js';

const targetPrefix = 'TrentService.';
const contentType = 'application/x-amz-json-1.1';

/** The JSON protocol over a backend. */
export class JsonProtocol implements Protocol {
  readonly #backend: Backend;
  readonly #authenticate: Authenticator;

  constructor(backend: Backend, authenticate: Authenticator) {
    this.#backend = backend;
    this.#authenticate = authenticate;
  }

  /** In AWS's order: the operation, the JSON, the signature; then all that the operation checks. */
  answer(call: WireCall): MaybePromise<Answer> {
    const { progress, headers, method, body } = call;
    const target = targets.get(headers.get('x-amz-target') ?? '');
    if (target === undefined || method !== 'POST') throw unknownOperation();
    const { name, members } = target;
    progress.service = 'kms';
    progress.operation = name;
    checkContentType(headers.get('content-type'));
    const input = readJsonRequest(body, members);
    progress.input = input;
    return whenThere(this.#authenticate(call, 'kms'), (requester) => {
      noteRequester(progress, requester);
      const running = this.#backend.callKms(name, input, requester);
      return whenThere(running, (output) => answerOf(output, progress));
    });
  }

  failure({ code, message, status }: Failure): Answer {
    return { status, contentType, body: writeJsonAnswer({ __type: code, message }) };
  }
}

/** An operation that AWS has, served or not. */
interface Target {
  readonly name: string;
  readonly members: Readonly<Record<string, Member>>;
}

const served = Object.entries(operations).map(([name, row]) => [name, row.validate.shape] as const);
const unserved = unservedOperations.map((name) => [name, {}] as const);
/** By what X-Amz-Target calls them. */
const targets: ReadonlyMap<string, Target> = new Map(
  [...served, ...unserved].map(([name, members]) => [`${targetPrefix}${name}`, { name, members }]),
);

function answerOf(output: object, progress: RequestInProgress): Answer {
  noteRequestId(progress, output);
  progress.output = output as Record<string, unknown>;
  return { status: 200, contentType, body: writeJsonAnswer(output) };
}

function checkContentType(value: string | undefined): void {
  if (value !== undefined && /^application\/x-amz-json-1\.[01](;|$)/.test(value)) return;
  const message = `the content type must be ${contentType}`;
  throw new WireError('UnsupportedMediaTypeException', message);
}

function unknownOperation(): WireError {
  return new WireError('UnknownOperationException', '');
}
