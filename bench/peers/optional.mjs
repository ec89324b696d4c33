// A peer that not every machine has. That it is absent, or broken, fails no run: its rows say why they
// have no figures. An error of the bench's own does fail it.

import { PeerError } from './peer_error.mjs';

/**
 * @template T
 * @param {() => Promise<T>} use starts or uses the peer
 * @returns {Promise<T | { skipped: string }>} what `use` gives, or why there is nothing
 */
export async function optional(use) {
  try {
    return await use();
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    return { skipped: reason.split('\n')[0].replaceAll('|', '/') };
  }
}

/**
 * Of a command only what it said: its arguments are keys.
 *
 * @returns undefined when it is no peer's doing
 */
function reasonOf(error) {
  const { code, signal, syscall, path, cmd, stderr = '', message } = error;
  if (syscall?.startsWith('spawn')) return code === 'ENOENT' ? `${path} is not installed` : message;
  if (error instanceof PeerError) return message;
  if (cmd === undefined) return undefined;
  if (typeof code === 'number') return stderr.trim() || `ended with status ${code}`;
  return signal ? `ended by ${signal}` : undefined;
}
