// What a peer did wrong, as against an error of the bench's own.

export class PeerError extends Error {}
