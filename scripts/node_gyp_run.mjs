// How node-gyp is run here, by us or by prebuildify: its environment, and what of its output is
// shown.

/**
 * node-gyp lets npm's configuration override its own options; the build never depends on a user's
 * npmrc.
 *
 * @param {Record<string, string>} [options] of node-gyp, for a program that runs it for us
 */
export function nodeGypEnvironment(options = {}) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^npm_(package_)?config_/i.test(name),
  );
  const given = Object.entries(options).map(([name, value]) => [`npm_config_${name}`, value]);
  return Object.fromEntries([...kept, ...given]);
}

/** Shows a line of make's output when it is a step of the build. */
export function showStep(line) {
  if (/^\s*(CXX|AR|LINK|SOLINK_MODULE)\(target\)/.test(line)) process.stderr.write(`${line}\n`);
}
