// Launchers under which a child may lock no more than a limit, whoever runs the tests.

/** A launcher that lowers RLIMIT_MEMLOCK and gives CAP_IPC_LOCK, which lifts it, away. */
export function withLockLimit(kibibytes: number): string[] {
  return [...withoutIpcLock(), 'sh', '-c', `ulimit -l ${kibibytes} && exec "$0" "$@"`];
}

function withoutIpcLock(): string[] {
  const isRoot = process.getuid?.() === 0;
  return isRoot ? ['setpriv', '--bounding-set=-ipc_lock', '--inh-caps=-ipc_lock'] : [];
}
