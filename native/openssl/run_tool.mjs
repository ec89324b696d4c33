// Runs a tool of the build without a shell, gives its output line by line, and stops it when the
// build is stopped.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { BuildError } from './build_error.mjs';

const keptOutputLines = 60;
const running = new Set();

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void }} [options]
 * @returns {Promise<string>} standard output
 * @throws BuildError when the tool is missing or fails, with the end of its output
 */
export async function runTool(command, args, { cwd, env = process.env, onLine = () => {} } = {}) {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const ended = outcome(child);
  const tail = [];
  const keepTail = (line) => {
    tail.push(line);
    if (tail.length > keptOutputLines) tail.shift();
  };
  const stdout = [];
  createInterface(child.stdout).on('line', (line) => {
    stdout.push(line);
    keepTail(line);
    onLine(line);
  });
  createInterface(child.stderr).on('line', keepTail);
  const failure = await ended;
  running.delete(child);
  if (failure === undefined) return stdout.join('\n');
  throw new BuildError(`${command} ${failure}.`, { output: tail.join('\n') });
}

/** Stops every tool that still runs. */
export function stopTools() {
  for (const child of running) child.kill('SIGTERM');
}

function outcome(child) {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(`could not be started (${error.code})`));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(undefined);
      else resolve(code === null ? `was ended by ${signal}` : `failed with status ${code}`);
    });
  });
}
