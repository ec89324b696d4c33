// The addon and the reference implementation read what the other one writes, and the addon reads the vectors.

import { expect, it } from 'vitest';
import { addon } from '../../lib/hsm/native_addon.js';
import { addonChecks } from '../reference/addon_checks.js';

it.each(addonChecks)('$name', async (check) => {
  await expect((async () => check.run(addon()))()).resolves.toBeUndefined();
});
