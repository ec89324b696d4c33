// Programs that a bench starts end with it.

const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'];

/**
 * Kills the child when this process ends, also by a signal: a program that listens does not notice.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
export function endWithUs(child) {
  const kill = () => child.kill('SIGKILL');
  const killAndEnd = (signal) => {
    kill();
    process.kill(process.pid, signal);
  };
  process.once('exit', kill);
  for (const signal of signals) process.once(signal, killAndEnd);
  child.once('exit', () => {
    process.off('exit', kill);
    for (const signal of signals) process.off(signal, killAndEnd);
  });
}
