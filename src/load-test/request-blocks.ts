/** Header blocks (RFC 7541) of the same request again and again: nothing is Huffman-coded. */
export interface HeaderBlocks {
  /** For the first request on a connection: enters its fields into the server's table. */
  readonly first: Buffer;
  /** For all others: refers to them. */
  readonly later: Buffer;
}

const methodPost = 0x83;
const schemes = { http: 0x86, https: 0x87 } as const;
/** Fields of the static table that have a name there. */
const nameIndex: Readonly<Record<string, number>> = {
  ':authority': 1,
  ':path': 4,
  'content-type': 31,
  'user-agent': 58,
};
const firstDynamic = 62;

/** Blocks of a POST with these fields, at most 60, whose names and values are shorter than 127 bytes. */
export function headerBlocks(
  scheme: keyof typeof schemes,
  fields: readonly (readonly [string, string])[],
): HeaderBlocks {
  const added = fields.map(([name, value]) => {
    const index = nameIndex[name];
    const start = index === undefined ? [0x40, ...text(name)] : [0x40 | index];
    return Buffer.from([...start, ...text(value)]);
  });
  const pseudo = [methodPost, schemes[scheme]];
  const references = fields.map((_, i) => 0x80 | (firstDynamic + fields.length - 1 - i));
  return {
    first: Buffer.concat([Buffer.from(pseudo), ...added]),
    later: Buffer.from([...pseudo, ...references]),
  };
}

function text(value: string): number[] {
  const bytes = Buffer.from(value, 'latin1');
  if (bytes.length >= 127)
    throw new RangeError(`too long for a header of one length byte: ${value}`);
  return [bytes.length, ...bytes];
}
