// `node scripts/count_tests.mjs FOLDER` adds vitest's JSON reports up in one closing line.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const [folder] = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: 0 };
for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.json'))) {
  const report = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
  total.passed += report.numPassedTests;
  total.failed += report.numFailedTests + brokenFiles(report);
  total.skipped += report.numPendingTests + report.numTodoTests;
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);

// A file that fails to load has no tests to count.
function brokenFiles({ testResults }) {
  return testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
}
