/** The longest text of an error that is told. */
const longest = 500;

/** The text of a REST error: that of `{"error": …}`, else the start of the body, in one line. */
export function errorText(body: Buffer): string {
  const text = body.toString('utf8', 0, 64 * longest);
  return inOneLine(jsonError(text) ?? text);
}

/** The value of `grpc-message`, which is percent-encoded UTF-8, in one line. */
export function grpcErrorText(message: string): string {
  try {
    return inOneLine(decodeURIComponent(message));
  } catch {
    return inOneLine(message);
  }
}

function jsonError(text: string): string | null {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === 'string' ? error : null;
  } catch {
    return null;
  }
}

function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, longest);
}
