import { isUtf8 } from 'node:buffer';

/** TFS shows a record whole, however long it is. */
const mostShown = 1024;

/**
 * The bytes of a record as TFS's status shows them: text, with a space for each byte that is part
 * of no UTF-8 character. Long ones are cut, which `...` tells.
 */
export function recordText(record: Uint8Array): string {
  const shown = Buffer.from(record.subarray(0, mostShown));
  for (let i = 0; i < shown.length; ) {
    const size = sequenceSize(shown[i]!);
    if (i + size <= shown.length && isUtf8(shown.subarray(i, i + size))) i += size;
    else shown[i++] = 0x20;
  }
  return shown.toString() + (record.length > mostShown ? '...' : '');
}

/** Bytes of the UTF-8 character that begins with `lead`, if one does. */
function sequenceSize(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}
