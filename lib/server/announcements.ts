// What an operator must not overlook, told once when a server starts.

import { isLoopback } from './loopback.js';
import type { CheckedServeOptions } from './serve_options.js';

/** Warnings of the process, which print to standard error and can be listened to. */
export function announceRisks({ handler, host, tls }: CheckedServeOptions): void {
  if (handler.insecureNoAuth) {
    process.emitWarning(
      'NO AUTHENTICATION: every program on this machine may use and delete every key of this store as the account root. Never with keys that matter.',
      { type: 'SecurityWarning', code: 'KEYSTEAD_NO_AUTH' },
    );
  }
  if (tls === undefined && !isLoopback(host)) {
    process.emitWarning(
      `${host} is reached without TLS: data keys and plaintexts cross the network in clear. Give \`tls\`, or end TLS in front.`,
      { type: 'SecurityWarning', code: 'KEYSTEAD_NO_TLS' },
    );
  }
}
