// A peer that not every machine has. That it is absent, or broken, fails no run: its rows say why they
// have no figures.

/**
 * @template T
 * @param {() => Promise<T>} use starts or uses the peer
 * @returns {Promise<T | { skipped: string }>} what `use` gives, or why there is nothing
 */
export async function optional(use) {
  try {
    return await use();
  } catch (error) {
    return { skipped: reasonOf(error) };
  }
}

/** A few words that fit into a cell of a table. Of a command only what it said: its arguments are keys. */
function reasonOf({ code, syscall, path, cmd, stderr = '', message }) {
  if (code === 'ENOENT' && syscall?.startsWith('spawn')) return `${path} is not installed`;
  const said = cmd === undefined ? message : stderr.trim() || `ended with status ${code}`;
  return said.split('\n')[0].replaceAll('|', '/');
}
