// The tests of misuse, the random operations and the workers, with the addon built with
// AddressSanitizer: the arena poisons what it frees, so that a use after free of key memory is seen
// too.

import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamicSymbolsOf } from '../hsm/support/elf_symbols.js';
import {
  buildSanitized,
  removeBuild,
  runSanitized,
  sanitizerLibrary,
} from './support/sanitized_build.js';
import { isSoaking } from './support/scale.js';

const files = [
  'test/hsm/data_key.test.ts',
  'test/hsm/re_encrypt.test.ts',
  'test/hsm/batches.test.ts',
  'test/hsm/epoch_file.test.ts',
  'test/hsm/file_lock.test.ts',
  'test/misuse/arguments.test.ts',
  'test/misuse/handles.test.ts',
  'test/misuse/in_flight.test.ts',
  'test/misuse/decryption_failures.test.ts',
  'test/misuse/replaced_allocation',
  'test/misuse/result_in_arguments.test.ts',
  'test/process/hsm_',
  'test/memory/garbage_collection.test.ts',
  'test/process/store_gate.test.ts',
  'test/message/reference.test.ts',
  'test/message/stream.test.ts',
  'test/message/writer.test.ts',
  'test/message/file.test.ts',
  'test/message/end_of_process.test.ts',
  'test/message/full_arena.test.ts',
  'test/message/sealed_wrongly.test.ts',
  'test/soak/hsm_random_operations.test.ts',
  'test/soak/hsm_worker_loads.test.ts',
];

// A build of its own takes a minute.
describe.skipIf(!isSoaking || sanitizerLibrary() === undefined)('AddressSanitizer', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await buildSanitized();
  }, 600_000);
  afterAll(() => removeBuild(folder));

  it('is part of the addon under test, and so is the poison of the arena', () => {
    const { imported } = dynamicSymbolsOf(path.join(folder, 'build', 'Debug', 'keystead.node'));
    expect(imported).toContain('__asan_init');
    expect(imported).toContain('__asan_poison_memory_region');
  });

  it.each(files)('finds nothing in %s', async (file) => {
    const { code, output } = await runSanitized(folder, [file]);
    expect(output).not.toMatch(/ERROR: AddressSanitizer/);
    expect(code, output).toBe(0);
  });
});
