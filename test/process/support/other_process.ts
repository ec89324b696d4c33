// Another process on the same store that does what it is told.

import { startProgram } from '../child_process.js';

export interface OtherProcess {
  /** Resolves in the very tick in which the other's answer arrives. */
  run(operation: string, input: object): Promise<{ output?: never; code?: string }>;
  end(): Promise<{ status: number | null; stderr: string }>;
}

/** A process on the store in the folder, once it has opened it. */
export async function openElsewhere(path: string): Promise<OtherProcess> {
  const program = startProgram('command_program.mjs', path);
  const waiting: ((line: string) => void)[] = [];
  let rest = '';
  program.process.stdout.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) waiting.shift()?.(line);
  });
  const next = async () => JSON.parse(await new Promise<string>((take) => waiting.push(take)));
  await Promise.race([
    next(),
    program.ended.then(({ stderr }) => Promise.reject(new Error(`it did not start: ${stderr}`))),
  ]);
  return {
    run(operation, input) {
      const answer = next();
      program.process.stdin.write(`${JSON.stringify({ operation, input })}\n`);
      return answer;
    },
    end() {
      program.process.stdin.end();
      return program.ended;
    },
  };
}
