// What is published: every file by name, and a package.json that makes nobody's npm do or say anything.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { manifest, prebuilt, prebuiltName, root, wholePackage } from './support/package_root.js';

function packed(): string[] {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const env = { ...process.env, npm_config_loglevel: 'silent' };
  const report = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8', env }));
  // npm 11 gives a list, npm 12 an object by name.
  const [packageReport] = Object.values<{ files: { path: string }[] }>(report);
  return packageReport?.files.map((file) => file.path).sort() ?? [];
}

function compiled(): string[] {
  const sources = readdirSync(path.join(root, 'lib'), { recursive: true, encoding: 'utf8' });
  return sources
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `dist/${name.slice(0, -'.ts'.length)}`)
    .flatMap((name) => [`${name}.js`, `${name}.d.ts`]);
}

describe('the published files', () => {
  it('are the compiled library, the prebuilt binary, the documents, and nothing else', () => {
    const documents = [
      'CHANGELOG.md',
      'LICENSE',
      'NOTICE',
      'README.md',
      'SECURITY.md',
      'docs/audit.md',
      'docs/authorization.md',
      'docs/benchmarks.md',
      'docs/cli.md',
      'docs/format.md',
      'docs/iam.md',
      'docs/messages.md',
      'docs/operations.md',
      'docs/server.md',
      'docs/threat_model.md',
    ];
    const binaries = wholePackage || existsSync(prebuilt) ? [prebuiltName] : [];
    const expected = ['package.json', ...documents, ...binaries, ...compiled()];
    expect(packed()).toEqual(expected.sort());
  });
});

describe('the published package.json', () => {
  const { scripts, gypfile, exports } = manifest() as {
    scripts: Record<string, string>;
    gypfile: boolean;
    exports: { '.': { types: string; default: string } };
  };

  it('has nothing that npm runs when it is installed', () => {
    for (const name of ['preinstall', 'install', 'postinstall'])
      expect(scripts).not.toHaveProperty(name);
    expect(gypfile).toBe(false);
  });

  it('points at published files', () => {
    const files = packed();
    for (const target of Object.values(exports['.'])) expect(files).toContain(target.slice(2));
  });
});
