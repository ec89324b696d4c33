// The endpoint: a request from the first byte to the last of its answer.

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isPromise, type MaybePromise } from '../maybe_promise.js';
import type { Answer, AnswerHead } from './answer.js';
import { sendAnswer, sendEarlyAnswer } from './answer.js';
import { giveBackAnswer } from './answer_buffers.js';
import { splitTarget } from './authenticate.js';
import type { Backend } from './backend.js';
import { BodyBudget } from './body_budget.js';
import { connectionOf } from './connection.js';
import { requestsOf } from './connection_requests.js';
import { failureOf } from './failure.js';
import type { CheckedHandlerOptions } from './handler_options.js';
import { HeaderList } from './header_list.js';
import { headersMax } from './header_names.js';
import { JsonProtocol } from './json_protocol.js';
import { isQueryRequest, QueryProtocol } from './query_protocol.js';
import { ClientGone, readBody } from './request_body.js';
import { noteRequestId, signedRequesters, unsignedRequesters } from './requester.js';
import type { RequestInProgress } from './served_request.js';
import type { Protocol, WireCall } from './wire_call.js';
import { WireError } from './wire_error.js';

/** Room for many requests of the usual size, and for some of the longest. */
const bodiesSizeBytesMax = 128 * 1024 * 1024;

/** Serves requests. */
export class Endpoint {
  readonly #backend: Backend;
  readonly #options: CheckedHandlerOptions;
  readonly #json: Protocol;
  readonly #query: Protocol;
  readonly #bodies = new BodyBudget(bodiesSizeBytesMax);
  #isClosing = false;
  #inFlight = 0;

  constructor(backend: Backend, options: CheckedHandlerOptions) {
    this.#backend = backend;
    this.#options = options;
    const { region, insecureNoAuth } = options;
    const requesters = insecureNoAuth ? unsignedRequesters : signedRequesters;
    const authenticate = requesters(backend, region);
    this.#json = new JsonProtocol(backend, authenticate);
    this.#query = new QueryProtocol(backend, authenticate);
  }

  /** How many requests are being served. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** From now on an answer is the last of its connection, unless others wait to be given. */
  beginClose(): void {
    this.#isClosing = true;
  }

  /** Serves a request; never rejects. */
  serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return this.#serve(request, response).catch((fault: unknown) => {
      this.#options.onFault(fault, randomUUID());
      response.destroy();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedMs = performance.now();
    const progress = this.#begin(request);
    const requests = requestsOf(request.socket);
    requests.begin(request);
    let body: Buffer | undefined;
    this.#inFlight += 1;
    try {
      body = await this.#read(request, progress);
      if (requests.isBehindLast(request)) {
        response.destroy();
        return;
      }
      const coming = this.#work(request, body, progress);
      const answer = isPromise(coming) ? await coming : coming;
      // Answers that wait behind the last one of a connection would not be sent.
      const isLast = this.#isClosing && requests.inProgress === 1;
      if (isLast) requests.stopAfter(request, response);
      await sendAnswer(request, response, answer, headOf(progress), isLast);
    } catch (error) {
      const isOver = error instanceof ClientGone || requests.isBehindLast(request);
      requests.stopAfter(request, response);
      if (isOver) response.destroy();
      else if (body !== undefined) this.#giveUp(response, error, progress);
      else await this.#answerEarly(request, response, error, progress);
    } finally {
      this.#inFlight -= 1;
      requests.end(request);
      if (body !== undefined) this.#forget(body);
      wipe(progress.input);
      wipe(progress.output);
      this.#tellAfter(progress, (performance.now() - startedMs) / 1000);
    }
  }

  /** The answer is gone already: nobody but the operator can be told of what fails here. */
  #tellAfter(progress: RequestInProgress, seconds: number): void {
    try {
      this.#options.afterRequest?.(progress, seconds);
    } catch (error) {
      this.#options.onFault(error, progress.requestId);
    }
  }

  #begin(request: IncomingMessage): RequestInProgress {
    return {
      requestId: randomUUID(),
      receivedAtMs: this.#backend.nowMs(),
      connection: connectionOf(request, undefined),
      userAgent: request.headers['user-agent'],
      host: request.headers.host,
      service: undefined,
      operation: undefined,
      account: undefined,
      principalArn: undefined,
      accessKeyId: undefined,
      region: undefined,
      input: undefined,
      output: undefined,
      error: undefined,
    };
  }

  /** @returns the body, for {@link Endpoint.#forget} */
  #read(request: IncomingMessage, progress: RequestInProgress): Promise<Buffer> {
    const { connection, maxBodyBytes } = this.#options;
    if (connection !== undefined) progress.connection = connectionOf(request, connection(request));
    return readBody(request, maxBodyBytes, this.#bodies);
  }

  #forget(body: Buffer): void {
    body.fill(0);
    this.#bodies.giveBack(body.length);
  }

  /** Answers a request whose body could not be read. */
  async #answerEarly(
    request: IncomingMessage,
    response: ServerResponse,
    error: unknown,
    progress: RequestInProgress,
  ): Promise<void> {
    try {
      const answer = await this.#refuse(error, this.#json, progress);
      await sendEarlyAnswer(request, response, answer, headOf(progress));
    } catch (fault) {
      this.#giveUp(response, fault, progress);
    }
  }

  /** There is no answer, not even a refusal. */
  #giveUp(response: ServerResponse, error: unknown, { requestId }: RequestInProgress): void {
    this.#options.onFault(error, requestId);
    response.destroy();
  }

  #work(request: IncomingMessage, body: Buffer, progress: RequestInProgress): MaybePromise<Answer> {
    const headers = new HeaderList(request.rawHeaders);
    const call = {
      method: request.method ?? '',
      target: targetOf(request),
      headers,
      body,
      progress,
    };
    const isQuery = headers.get('x-amz-target') === undefined && isQueryRequest(call);
    const protocol = isQuery ? this.#query : this.#json;
    try {
      checkHead(headers);
      this.#checkPath(call);
      const answer = protocol.answer(call);
      const isReady = !isPromise(answer) && this.#options.beforeAnswer === undefined;
      return isReady ? answer : this.#prepare(answer, protocol, progress);
    } catch (error) {
      return this.#refuse(error, protocol, progress);
    }
  }

  /** What must be waited for before the answer is sent. */
  async #prepare(
    coming: MaybePromise<Answer>,
    protocol: Protocol,
    progress: RequestInProgress,
  ): Promise<Answer> {
    let answer: Answer;
    try {
      answer = await coming;
    } catch (error) {
      return this.#refuse(error, protocol, progress);
    }
    try {
      await this.#options.beforeAnswer?.(progress);
    } catch (error) {
      giveBackAnswer(answer.body);
      return this.#fail(error, protocol, progress);
    }
    return answer;
  }

  #checkPath({ target }: WireCall): void {
    const [path] = splitTarget(target);
    const { path: own } = this.#options;
    if (path !== own && path !== `${own}/`) throw new WireError('UnknownOperationException', '');
  }

  /** The answer to a request that failed. */
  async #refuse(error: unknown, protocol: Protocol, progress: RequestInProgress): Promise<Answer> {
    const answer = this.#fail(error, protocol, progress);
    try {
      await this.#options.beforeAnswer?.(progress);
    } catch (hookError) {
      return this.#fail(hookError, protocol, progress);
    }
    return answer;
  }

  #fail(error: unknown, protocol: Protocol, progress: RequestInProgress): Answer {
    const failure = failureOf(error);
    const { code, message, isFault } = failure;
    noteRequestId(progress, error);
    progress.error = { code, message };
    if (isFault) this.#options.onFault(error, progress.requestId);
    return protocol.failure(failure, progress);
  }
}

function headOf({ requestId, receivedAtMs }: RequestInProgress): AnswerHead {
  return { requestId, timeMs: receivedAtMs };
}

function checkHead(headers: HeaderList): void {
  if (headers.count > headersMax) {
    const message = `the request has more than ${headersMax} headers`;
    throw new WireError('RequestHeaderSectionTooLargeException', message);
  }
  if (headers.get('host') === undefined)
    throw new WireError('SerializationException', 'the request has no Host header');
}

/** As the client sent it, whatever part of it a router in front took away. */
function targetOf(request: IncomingMessage): string {
  const { originalUrl } = request as { originalUrl?: unknown };
  return typeof originalUrl === 'string' ? originalUrl : (request.url ?? '/');
}

/** Plaintexts are keys. */
function wipe(members: Readonly<Record<string, unknown>> | undefined): void {
  for (const name in members) {
    const value = members[name];
    if (value instanceof Uint8Array) value.fill(0);
  }
}
