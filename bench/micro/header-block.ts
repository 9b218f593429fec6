/** A length and its string, as HPACK writes them uncompressed (RFC 7541, 5.2); for short ones. */
function plainText(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')]);
}

/** A field that the other side is to remember. @param name its index in the static table, or itself */
export function rememberedField(name: number | string, value: string): Buffer {
  const begin = typeof name === 'number' ? Buffer.from([0x40 | name]) : rememberedName(name);
  return Buffer.concat([begin, plainText(value)]);
}

function rememberedName(name: string): Buffer {
  return Buffer.concat([Buffer.from([0x40]), plainText(name)]);
}

/** Fields of these indices; each below 127. */
export function indexedFields(...indices: readonly number[]): Buffer {
  return Buffer.from(indices.map((index) => 0x80 | index));
}
