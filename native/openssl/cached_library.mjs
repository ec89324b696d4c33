// The cache of built libraries: find the newest whole one, publish a new one.

import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { buildKey, cacheRoot, libraryFolder } from './cache_folder.mjs';
import { oldestAcceptedPatch, patchOf, pins } from './pins.mjs';
import { libraryPath, readStamp } from './stamp.mjs';

/** The newest whole library with our flags (of one version, when given), or undefined. */
export async function findLibrary(wantedVersion) {
  for (const version of await cachedVersions()) {
    if (wantedVersion !== undefined && version !== wantedVersion) continue;
    const folder = libraryFolder(version);
    if (isAccepted(version, await readStamp(folder))) return describe(version, folder);
  }
  return undefined;
}

/** Moves a stamped folder into place. When another build was faster, its library is taken. */
export async function publishLibrary(version, built) {
  const folder = libraryFolder(version);
  try {
    await rename(built, folder);
  } catch {
    const other = await findLibrary(version);
    if (other !== undefined) return other;
    await rm(folder, { recursive: true, force: true });
    await rename(built, folder);
  }
  return describe(version, folder);
}

/** A pinned version counts only when it was made from the pinned bytes: pins may have changed since. */
function isAccepted(version, stamp) {
  if (stamp?.version !== version) return false;
  const pin = pins.find((candidate) => candidate.version === version);
  return pin === undefined || pin.sha256 === stamp.sha256;
}

async function cachedVersions() {
  const names = await readdir(cacheRoot()).catch(() => []);
  const suffix = `-${buildKey()}`;
  return names
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.slice(0, -suffix.length))
    .filter((version) => patchOf(version) >= oldestAcceptedPatch)
    .sort((a, b) => patchOf(b) - patchOf(a));
}

function describe(version, folder) {
  return { version, folder, include: path.join(folder, 'include'), library: libraryPath(folder) };
}
