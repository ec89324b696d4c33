// What the rest of the library may use of the server.

export type { GivenConnection } from './connection.js';
export { createHandler, type KmsHandler } from './handler.js';
export type { HandlerOptions } from './handler_options.js';
export type { TlsOptions } from './http_server.js';
export { type KmsServer, serve } from './serve.js';
export type { ServeOptions } from './serve_options.js';
export type { ConnectionInfo, ServedRequest, ServiceName } from './served_request.js';
