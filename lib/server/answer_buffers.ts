// Buffers for answers, used again: making one costs more than filling it. Nobody gets one that holds
// anything: whoever gives one back has wiped it.

/** Room for nearly every answer that is not a list. */
const answerBufferSizeBytes = 1024;
const keptMax = 64;

const kept: Buffer[] = [];

/** A buffer of zeros with memory of its own. */
export function takeAnswerBuffer(): Buffer {
  return kept.pop() ?? Buffer.alloc(answerBufferSizeBytes);
}

/** Wipes what was sent, and keeps its buffer for another answer if it is one of these. */
export function giveBackAnswer(sent: Buffer): void {
  sent.fill(0);
  const { buffer } = sent;
  if (buffer.byteLength !== answerBufferSizeBytes || kept.length >= keptMax) return;
  kept.push(Buffer.from(buffer as ArrayBuffer));
}
