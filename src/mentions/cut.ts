/**
 * The longest beginning of `text` that fits into `maxBytes` of UTF-8 and does not end inside a
 * character.
 */
export function cutToBytes(text: string, maxBytes: number): string {
  // Three bytes are the most that one UTF-16 unit can take.
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text;
  const bytes = Buffer.from(text);
  let end = maxBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}

/** The beginning of `text` of at most `maxLength` UTF-16 units, whole characters only. */
export function cutToLength(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const cut = text.slice(0, maxLength);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}
