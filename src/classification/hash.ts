const PRIME = 0x01000193;
const OFFSET = 0x811c9dc5;

/** FNV-1a over the UTF-16 units of a word. */
export function hashOf(word: string): number {
  let hash = OFFSET;
  for (let index = 0; index < word.length; index += 1) {
    hash = Math.imul(hash ^ word.charCodeAt(index), PRIME);
  }
  return hash;
}
