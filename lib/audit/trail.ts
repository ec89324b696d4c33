// The audit trail of one process: a chain in a file of its own, whose head goes into the store every
// second. The event of a change is committed with the change, in the outbox, and written out then; it
// stays there until the store's head covers it. What a process left in its outbox when it died, the
// next one writes out.

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { makeFolders } from '../store/folder.js';
import type { SealedChange, SealedRecord, SealedStore } from '../store/sealed_store.js';
import type { AuditKey } from './audit_key.js';
import type { ChainHead } from './chain.js';
import { addLine, chainStart } from './chain.js';
import type { AuditEvent } from './event.js';
import type { HeadRecord } from './head_record.js';
import {
  decodeHeadRecord,
  encodeHeadRecord,
  headPath,
  headsPrefix,
  outboxPrefix,
} from './head_record.js';
import { leftBehind } from './left_behind.js';
import { failing, LineFile } from './line_file.js';
import { thisWriter } from './writer_process.js';

/** How often the head goes into the store, while there are events. */
const anchorIntervalMs = 1000;
/** After so many events it goes there at once. */
const anchorEveryEvents = 1000;

/** What a trail stands on. */
export interface TrailGround {
  readonly folder: string;
  readonly store: SealedStore;
  readonly key: AuditKey;
  readonly nowMs: () => number;
}

interface Waiting {
  readonly content: object;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class AuditTrail {
  readonly #ground: TrailGround;
  readonly #file: LineFile;
  readonly #instance: string;
  readonly #timer: NodeJS.Timeout;
  #head: ChainHead = chainStart;
  #record: SealedRecord | undefined;
  #anchored: ChainHead = chainStart;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #anchoring: Promise<void> = Promise.resolve();
  readonly #about: Omit<HeadRecord, 'format' | 'head' | 'isClosed'>;
  /** Outbox records whose events are in the file. */
  readonly #written: string[] = [];

  private constructor(ground: TrailGround, file: LineFile, instance: string, name: string) {
    this.#ground = ground;
    this.#file = file;
    this.#instance = instance;
    this.#about = { file: name, startedAtMs: ground.nowMs(), writer: thisWriter() };
    this.#timer = setInterval(() => void this.#anchorQuietly(), anchorIntervalMs).unref();
  }

  /**
   * Begins a chain, and writes out what dead processes left behind.
   *
   * @throws KeysteadError ERR_AUDIT, ERR_STORE
   */
  static async open(ground: TrailGround): Promise<AuditTrail> {
    await failing(() => makeFolders(ground.folder));
    const instance = randomUUID();
    const startedAt = new Date(ground.nowMs()).toISOString();
    const name = `${startedAt.replace(/[-:.]/g, '')}-${instance}.jsonl`;
    const file = await LineFile.create(join(ground.folder, name));
    const trail = new AuditTrail(ground, file, instance, name);
    const predecessor = await trail.#predecessor();
    await trail.#add({ chain: { version: 1, instance, startedAt, predecessor } });
    await trail.anchor();
    await trail.#writeOut();
    return trail;
  }

  /** Writes the event of a request that changed nothing. @throws KeysteadError ERR_AUDIT */
  write(event: AuditEvent): Promise<void> {
    return this.#add({ event });
  }

  /** What must be committed together with the change that the event tells of. */
  outboxChange(event: AuditEvent): SealedChange {
    const after = new Uint8Array(Buffer.from(JSON.stringify(event), 'utf8'));
    return { path: this.#outboxPath(event), before: undefined, after };
  }

  /** Writes an event out whose {@link outboxChange} was committed. @throws KeysteadError ERR_AUDIT */
  async writeCommitted(event: AuditEvent): Promise<void> {
    await this.#add({ event });
    this.#written.push(this.#outboxPath(event));
  }

  /** Puts the head into the store. @throws KeysteadError ERR_AUDIT, ERR_STORE */
  anchor(isClosed = false): Promise<void> {
    const run = this.#anchoring.then(() => this.#anchor(isClosed));
    this.#anchoring = run.catch(() => undefined);
    return run;
  }

  /** Ends the chain. @throws KeysteadError ERR_AUDIT, ERR_STORE */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    try {
      await this.anchor(true);
    } finally {
      await this.#file.close();
      this.#ground.key.dispose();
    }
  }

  #outboxPath({ eventID }: AuditEvent): string {
    return `${outboxPrefix(this.#instance)}${eventID}`;
  }

  #add(content: { readonly chain: object } | { readonly event: object }): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ content, resolve, reject });
      this.#writing ??= this.#drain();
    });
  }

  /** Whoever comes while lines are being written shares the next write. */
  async #drain(): Promise<void> {
    // Requests of the same turn share the first write already.
    await undefined;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#writeBatch(batch);
    }
    this.#writing = undefined;
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    let head = this.#head;
    let text = '';
    try {
      for (const { content } of batch) {
        const line = addLine(this.#ground.key.mac, head, content as { event: object });
        text += line.text;
        head = line.head;
      }
      await this.#file.append(text);
      this.#head = head;
      for (const { resolve } of batch) resolve();
      if (head.sequence - this.#anchored.sequence >= anchorEveryEvents) void this.#anchorQuietly();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  async #anchor(isClosed: boolean): Promise<void> {
    const head = this.#head;
    if (head === this.#anchored && !isClosed) return;
    const written = [...this.#written];
    // The store's word must not outlive the lines that it vouches for.
    await this.#file.sync();
    const { store } = this.#ground;
    const path = headPath(this.#instance);
    const after = encodeHeadRecord({ ...this.#about, head, isClosed });
    const outbox = await Promise.all(written.map((name) => store.get(name)));
    const committed = await store.commit([
      { path, before: this.#record, after },
      ...outbox
        .filter((record) => record !== undefined)
        .map((record) => ({ path: record.path, before: record, after: undefined })),
    ]);
    if (committed === undefined) {
      this.#record = await store.get(path);
      return;
    }
    this.#record = committed[0];
    this.#anchored = head;
    this.#written.splice(0, written.length);
  }

  /** Events go on being written; what the store does not vouch for is said to be unprotected. */
  async #anchorQuietly(): Promise<void> {
    try {
      await this.anchor();
    } catch (error) {
      const { message } = error as Error;
      process.emitWarning(`the head of the audit trail could not be stored: ${message}`, {
        code: 'KEYSTEAD_AUDIT',
      });
    }
  }

  /** The chain that began last before this one. */
  async #predecessor(): Promise<object | null> {
    const records = await this.#ground.store.range({ prefix: headsPrefix });
    const heads = records.map(({ path, value }) => ({
      instance: path.slice(headsPrefix.length),
      ...decodeHeadRecord(value),
    }));
    const last = heads.sort((a, b) => a.startedAtMs - b.startedAtMs).at(-1);
    return last === undefined ? null : { instance: last.instance, file: last.file, ...last.head };
  }

  /** What others left behind; twice is better than never: the events' ids tell. */
  async #writeOut(): Promise<void> {
    const { store } = this.#ground;
    for await (const { record, event } of leftBehind(this.#ground)) {
      if (event !== undefined) await this.#add({ event });
      await store.commit([{ path: record.path, before: record, after: undefined }]);
    }
  }
}
