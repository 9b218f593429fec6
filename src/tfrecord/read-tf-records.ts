import { dataLoss, resourceExhausted } from '../status/index.ts';
import { maskedCrc32c } from '../util/index.ts';
import { FileWindow } from './file-window.ts';
import { footerSize, headerSize, lengthSize } from './layout.ts';

/** How {@link readTfRecords} reads. */
export interface TfRecordReadOptions {
  /** The longest payload that is read, in bytes. */
  readonly maxRecordBytes: number;
  /**
   * Told before the end of a file that ends within the header of a record, with the record's
   * offset. TensorFlow takes that for the end of the file; whoever wrote it may have been cut off.
   */
  onCutHeader(offset: number): void;
}

/**
 * The payloads of an uncompressed TFRecord file (spec 8), one after the other, each in memory of
 * its own. The file is read through a window, and closed when the iteration ends in whatever way.
 *
 * A length is believed once its CRC was checked and it is within the limit; memory for it is set
 * aside as the file proves to hold it.
 *
 * @throws StatusError DATA_LOSS with the texts of TensorFlow's record reader; RESOURCE_EXHAUSTED
 * for a record over the limit; the form of file-system errors where the file cannot be read
 */
export async function* readTfRecords(
  file: string,
  options: TfRecordReadOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const window = await FileWindow.open(file);
  try {
    let offset = 0;
    while (true) {
      const header = await window.take(headerSize);
      if (header.length < headerSize) {
        if (header.length > 0) options.onCutHeader(offset);
        return;
      }
      checkCrc(header, lengthSize, offset);
      const length = view(header).getBigUint64(0, true);
      if (length > options.maxRecordBytes) {
        throw resourceExhausted(
          `The record at ${offset} of ${file} has ${length} bytes, more than the limit of ` +
            `${options.maxRecordBytes}`,
        );
      }
      const size = Number(length);
      const body = await window.take(size + footerSize);
      if (body.length < size + footerSize) {
        // The lone quote is TensorFlow's.
        throw dataLoss(`truncated record at ${offset}' failed with Read less bytes than requested`);
      }
      checkCrc(body, size, offset + headerSize);
      yield body.subarray(0, size);
      offset += headerSize + size + footerSize;
    }
  } finally {
    await window.close();
  }
}

/** Checks the first `size` bytes against the CRC that follows them. @param offset of the bytes */
function checkCrc(bytes: Uint8Array, size: number, offset: number): void {
  if (maskedCrc32c(bytes.subarray(0, size)) === view(bytes).getUint32(size, true)) return;
  const hint = offset === 0 ? ' (Is this even a TFRecord file?)' : '';
  throw dataLoss(`corrupted record at ${offset}${hint}`);
}

function view({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
