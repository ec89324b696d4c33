// Answers of AWS JSON 1.1: members as JSON, blobs as base64, times as seconds since 1970. Written into
// one buffer, which is wiped once it is sent: keys stand in it.

import { isUint8Array } from 'node:util/types';
import { giveBackAnswer, takeAnswerBuffer } from './answer_buffers.js';
import { base64SizeBytes, writeBase64 } from './base64.js';
import { Memo } from './memo.js';

/**
 * @param output - what an operation returned; undefined members and `$metadata` are left out
 * @returns UTF-8 in memory of its own, for the caller to wipe
 */
export function writeJsonAnswer(output: object): Buffer {
  const writer = new JsonWriter();
  writer.value(output);
  return writer.finish();
}

/** Texts that stand in JSON as they are: printable ASCII but `"` and `\`. */
const plain = /^[ !#-[\]-~]*$/;
/** The names of members as they are written: there are few. */
const writtenNames = new Memo<string>();

function writtenName(name: string): string {
  return writtenNames.get(name) ?? writtenNames.keep(name, `${JSON.stringify(name)}:`);
}

class JsonWriter {
  #bytes = takeAnswerBuffer();
  #length = 0;
  /** What comes next in the buffer: writing text piece by piece costs more than joining it. */
  #text = '';

  value(value: unknown): void {
    if (isUint8Array(value)) this.#blob(value);
    else if (value instanceof Date) this.#text += String(value.getTime() / 1000);
    else if (Array.isArray(value)) this.#list(value);
    else if (typeof value === 'object' && value !== null) this.#structure(value);
    else if (typeof value === 'string' && plain.test(value)) this.#text += `"${value}"`;
    else this.#text += JSON.stringify(value);
  }

  finish(): Buffer {
    this.#flush();
    return this.#bytes.subarray(0, this.#length);
  }

  #structure(value: object): void {
    let separator = '{';
    for (const name of Object.keys(value)) {
      const member = (value as Record<string, unknown>)[name];
      if (member === undefined || name === '$metadata') continue;
      this.#text += separator + writtenName(name);
      this.value(member);
      separator = ',';
    }
    this.#text += separator === '{' ? '{}' : '}';
  }

  #list(items: readonly unknown[]): void {
    this.#text += '[';
    for (let i = 0; i < items.length; i++) {
      if (i > 0) this.#text += ',';
      this.value(items[i]);
    }
    this.#text += ']';
  }

  #blob(bytes: Uint8Array): void {
    this.#text += '"';
    this.#flush();
    this.#reserve(base64SizeBytes(bytes.length));
    this.#length = writeBase64(bytes, this.#bytes, this.#length);
    this.#text = '"';
  }

  #flush(): void {
    const text = this.#text;
    // No UTF-16 code unit takes more than three bytes.
    this.#reserve(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
    this.#text = '';
  }

  #reserve(sizeBytes: number): void {
    if (this.#length + sizeBytes <= this.#bytes.length) return;
    const before = this.#bytes;
    this.#bytes = Buffer.alloc(Math.max(before.length * 2, this.#length + sizeBytes));
    before.copy(this.#bytes, 0, 0, this.#length);
    giveBackAnswer(before);
  }
}
