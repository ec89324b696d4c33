// Sizes and limits of docs/format.md, in bytes.

export const keyBytes = 32;
export const tagBytes = 16;
export const ivBytes = 12;
export const xaesNonceBytes = 24;
export const keyIdBytes = 16;
export const storeIdBytes = 16;
export const keyMaterialIdBytes = 32;
export const encryptionContextMaxBytes = 8192;
export const wrappedPlaintextMaxBytes = 4096;
