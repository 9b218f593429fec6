const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A JSON string with the escapes of spec 5.7: control characters as upper-case hex, no others. */
export function quote(text: string): string {
  const escaped = text.replace(
    /[\u0000-\u001f"\\]/g,
    (char) =>
      escapes[char] ?? `\\u00${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
  return `"${escaped}"`;
}
