// The package as its users get it: packed, and installed on machines with Node.js, npm and no compiler, make or Python.
// Under `npm run test:package`, which makes the binary first.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { machine } from '../../native/sysroot/debian_release.mjs';
import { provideSysroot } from '../../native/sysroot/provide.mjs';
import { BareMachine } from './support/bare_machine.js';
import { installPrograms, registryFailure, run } from './support/npm_registry.js';
import { prebuiltName, root, wholePackage } from './support/package_root.js';

const nodes = [
  { node: '20.20.2', npm: '11' },
  { node: '24.21.0', npm: '12' }, // npm 12 does not run on Node.js 20
  { node: '26.10.0', npm: '12' },
];
const minutes = 60_000;

const failure = wholePackage ? registryFailure() : 'they are for npm run test:package';
// On CI a registry that does not answer is a failure, not a reason to skip.
const skipped = failure !== undefined && !(wholePackage && process.env['CI']);

describe.skipIf(skipped)(`the package, installed${skipped ? `: ${failure}` : ''}`, () => {
  let work: string;
  let programs: (name: string) => string;
  let tarball: string;

  beforeAll(() => {
    work = mkdtempSync(path.join(tmpdir(), 'keystead-package-'));
    const nodePackage = `node-linux-${process.arch}`;
    const wanted = nodes.flatMap(({ node, npm }) => [
      [`node-${node}`, `${nodePackage}@${node}`],
      [`npm-${npm}`, `npm@${npm}`],
    ]);
    programs = installPrograms(path.join(work, 'programs'), Object.fromEntries(wanted));
    // With its scripts, as `npm publish` would: they must neither fail nor rebuild the addon.
    execFileSync('npm', ['pack', '--pack-destination', work], { cwd: root, stdio: 'pipe' });
    const [name = ''] = readdirSync(work).filter((entry) => entry.endsWith('.tgz'));
    tarball = path.join(work, name);
  }, 5 * minutes);

  afterAll(() => rmSync(work, { recursive: true, force: true }), 5 * minutes);

  describe.each(nodes)('on Node.js $node with npm $npm', ({ node, npm }) => {
    function newMachine(name: string): BareMachine {
      const binary = path.join(programs(`node-${node}`), 'bin', 'node');
      return new BareMachine(work, `${name}-${node}`, binary, programs(`npm-${npm}`));
    }

    describe('without any install script, those of lmdb and msgpackr-extract among them', () => {
      let bare: BareMachine;

      it('installs without a warning', () => {
        bare = newMachine('ignore-scripts');
        const { status, stdout, stderr } = bare.npmInstall(tarball, '--ignore-scripts');
        expect(stderr).toBe('');
        expect(stdout).toMatch(/^\s*added \d+ packages in/);
        expect(status).toBe(0);
      });

      it('round-trips on a store on disk', () => {
        const { status, stdout, stderr } = bare.roundTrip();
        expect(stderr).toBe('');
        expect(status).toBe(0);
        expect(JSON.parse(stdout)).toMatchObject({
          node,
          openssl: expect.stringMatching(/^OpenSSL 3\.5\./),
          binary: prebuiltName,
        });
      });

      it('brings what it needs to run, and none of what builds it', () => {
        const { dependencies } = JSON.parse(
          readFileSync(bare.installed('keystead', 'package.json'), 'utf8'),
        );
        const installed = readdirSync(bare.installed());
        expect(installed).toEqual(expect.arrayContaining(Object.keys(dependencies)));
        for (const name of ['node-gyp', 'prebuildify', 'typescript']) {
          expect(installed).not.toContain(name);
        }
      });

      it(
        'works on the C library it was made against, but for a store in a folder',
        async () => {
          const { stdout, stderr } = await loadOnOldGlibc(bare);
          expect(stderr).toBe('');
          expect(JSON.parse(stdout)).toMatchObject({ glibc: '2.31' });
        },
        minutes,
      );
    });

    it('installs with npm as it comes: nothing of ours is run, asked about or warned of', () => {
      const bare = newMachine('plain');
      const { status, stdout, stderr } = bare.npmInstall(tarball);
      expect(status).toBe(0);
      expect(`${stdout}${stderr}`).not.toMatch(/keystead/);
      expect(warnedPackages(stderr)).toEqual(['lmdb', 'msgpackr-extract']);
      expect(existsSync(bare.installed('keystead', 'build'))).toBe(false);
      expect(bare.roundTrip().status).toBe(0);
    });

    async function loadOnOldGlibc(bare: BareMachine) {
      const sysroot = await provideSysroot();
      const { triplet } = machine();
      const folders = [`lib/${triplet}`, `usr/lib/${triplet}`].map((name) =>
        path.join(sysroot, name),
      );
      const [loader = ''] = readdirSync(path.join(sysroot, 'lib', triplet))
        .filter((name) => /^ld-[\d.]+\.so$/.test(name))
        .map((name) => path.join(sysroot, 'lib', triplet, name));
      const program = path.join(root, 'test', 'package', 'support', 'use_without_lmdb.mjs');
      const binary = path.join(programs(`node-${node}`), 'bin', 'node');
      const args = [
        '--library-path',
        folders.join(':'),
        binary,
        program,
        bare.installed('keystead'),
        path.join(bare.folder, 'no-store'),
      ];
      return run(loader, args, bare.folder, {});
    }
  });
});

/** The packages that npm names as having install scripts. */
function warnedPackages(stderr: string): string[] {
  const lines = stderr.matchAll(/^npm warn install-scripts {3}(\S+)@\S+ \(/gm);
  return Array.from(lines, ([, name = '']) => name).sort();
}
