/**
 * A record in a TFRecord file (spec 8), all numbers little-endian:
 *
 *     0        8        12                 12 + length
 *     ├ length ┼ CRC ───┼ payload ─────────┼ CRC ───┤
 *       u64      of the                      of the
 *                length                      payload
 *
 * Both CRCs are masked CRC-32C. Records follow each other; the file itself has no header.
 */
export const lengthSize = 8;
export const headerSize = 12;
export const footerSize = 4;
