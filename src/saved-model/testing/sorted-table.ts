import { maskedCrc32c } from '../../util/index.ts';

export type TableEntry = readonly [key: string, value: Uint8Array];

export interface TableOptions {
  /** Entries that share a data block. */
  readonly blockEntries: number;
  /** The byte that says how data blocks are compressed; their bytes are as they are nevertheless. */
  readonly compression: number;
}

/** A sorted table of entries that are sorted by key. Its metaindex block is missing: nobody reads it. */
export function sortedTable(
  entries: readonly TableEntry[],
  { blockEntries, compression }: TableOptions = { blockEntries: 16, compression: 0 },
): Buffer {
  const blocks: Buffer[] = [];
  const index: TableEntry[] = [];
  let size = 0;
  for (let i = 0; i < entries.length; i += blockEntries) {
    const chunk = entries.slice(i, i + blockEntries);
    const contents = blockOf(chunk);
    const block = sealedBlock(contents, compression);
    index.push([chunk.at(-1)![0], Buffer.concat([varint(size), varint(contents.length)])]);
    blocks.push(block);
    size += block.length;
  }
  return tableOf(blockOf(index), Buffer.concat(blocks));
}

/** A table with these bytes as its index block, behind those of its data blocks. */
export function tableOf(index: Buffer, blocks: Buffer = Buffer.alloc(0)): Buffer {
  const footer = Buffer.alloc(48);
  Buffer.concat([varint(0), varint(0), varint(blocks.length), varint(index.length)]).copy(footer);
  footer.writeBigUInt64LE(0xdb4775248b80fb57n, 40);
  return Buffer.concat([blocks, sealedBlock(index), footer]);
}

/** A block with its trailer. */
export function sealedBlock(contents: Buffer, compression = 0): Buffer {
  const block = Buffer.concat([contents, Buffer.from([compression])]);
  const crc = Buffer.alloc(4);
  crc.writeUInt32LE(maskedCrc32c(block));
  return Buffer.concat([block, crc]);
}

/** The contents of a block. All entries after the first share with the last key what they can. */
export function blockOf(entries: readonly TableEntry[]): Buffer {
  const parts: Uint8Array[] = [];
  let last = '';
  for (const [key, value] of entries) {
    let shared = 0;
    while (shared < last.length && key[shared] === last[shared]) shared++;
    const own = Buffer.from(key.slice(shared), 'latin1');
    parts.push(varint(shared), varint(own.length), varint(value.length), own, value);
    last = key;
  }
  // One restart, at 0.
  return Buffer.concat([...parts, Buffer.from([0, 0, 0, 0, 1, 0, 0, 0])]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value > 0x7f; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
  return Buffer.from([...bytes, value]);
}
