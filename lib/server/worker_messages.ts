// What the first process of a server and its workers say to one another, over the channel that
// node:cluster gives them.

import type { AddressInfo } from 'node:net';
import type { KmsOpenOptions } from '../kms_options.js';
import type { ServeOptions } from './serve_options.js';
import type { ProcessReport } from './serving_process.js';

/** To a worker. */
export type WorkerCommand =
  | { readonly kind: 'start'; readonly open: KmsOpenOptions; readonly serve: ServeOptions }
  | { readonly kind: 'report'; readonly id: number }
  | { readonly kind: 'stop'; readonly graceMs: number };

/** From a worker. */
export type WorkerNotice =
  /** It listens: what it was told before, it has not heard. */
  | { readonly kind: 'loaded' }
  | { readonly kind: 'ready'; readonly address: AddressInfo }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'report'; readonly id: number; readonly report: ProcessReport };
