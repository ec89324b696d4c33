// Takes steps as JSON arguments: options for configureSecureMemory, 'generate' or 'fill'; answers
// what became of each.

import { configureSecureMemory, DataKey, nativeInfo } from '../../../dist/hsm/index.js';

const keys = [];

function take(step) {
  if (step === 'generate') keys.push(DataKey.generate());
  else if (step === 'fill') while (keys.push(DataKey.generate()));
  else configureSecureMemory(step);
}

function resultOf(step) {
  try {
    take(step);
    return 'ok';
  } catch ({ code, message }) {
    return typeof step === 'string' ? `${code} ${message}` : code;
  }
}

const results = process.argv.slice(2).map((step) => resultOf(JSON.parse(step)));
console.log(JSON.stringify({ results, memory: nativeInfo().memory }));
