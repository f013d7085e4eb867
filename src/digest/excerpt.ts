/** Longest excerpt in UTF-16 units, without the dots that say it was cut. */
export const EXCERPT_LENGTH = 240;

export interface Excerpt {
  readonly before: string;
  readonly marked: string;
  readonly after: string;
  readonly cutBefore: boolean;
  readonly cutAfter: boolean;
}

/**
 * A piece of `text` around `text.slice(start, end)`, cut at word boundaries and, where one is near,
 * at the beginning of a sentence. `before + marked + after` is a literal substring of `text`.
 */
export function excerpt(text: string, start: number, end: number): Excerpt {
  const markStart = Math.min(Math.max(0, start), text.length);
  const markTo = Math.min(text.length, Math.max(end, markStart));
  const longest = markStart + EXCERPT_LENGTH;
  const markEnd = markTo <= longest ? markTo : cutEnd(text, markStart, longest);
  const room = EXCERPT_LENGTH - (markEnd - markStart);
  const afterWanted = text.length - markEnd;
  // What is not needed after the mark may be used before it, and the other way round.
  const beforeRoom = Math.max(Math.floor(room * 0.4), room - afterWanted);
  const from = cutStart(text, Math.max(0, markStart - beforeRoom), markStart);
  const to = cutEnd(text, markEnd, Math.min(text.length, markEnd + room - (markStart - from)));
  const before = text.slice(from, markStart).trimStart();
  const after = text.slice(markEnd, to).trimEnd();
  return {
    before,
    marked: text.slice(markStart, markEnd),
    after,
    cutBefore: text.slice(0, markStart).trim().length > before.trim().length,
    cutAfter: text.slice(markEnd).trim().length > after.trim().length,
  };
}

/** First place at or after `wanted` where a sentence or at least a word begins; at most `limit`. */
function cutStart(text: string, wanted: number, limit: number): number {
  if (wanted === 0) return 0;
  for (let at = wanted; at < limit; at++) {
    if (isSpace(text[at]) && isSentenceEnd(text[at - 1])) return at + 1;
  }
  for (let at = wanted; at < limit; at++) {
    if (isSpace(text[at - 1])) return at;
  }
  // One long word, or a script without spaces: cut between characters.
  return Math.min(limit, isLowSurrogate(text, wanted) ? wanted + 1 : wanted);
}

/** Last place at or before `wanted` where a word has just ended; at least `limit`. */
function cutEnd(text: string, limit: number, wanted: number): number {
  if (wanted >= text.length) return text.length;
  for (let at = wanted; at > limit; at--) {
    if (isSpace(text[at])) return at;
  }
  return Math.max(limit, isLowSurrogate(text, wanted) ? wanted - 1 : wanted);
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && /\s/.test(character);
}

function isSentenceEnd(character: string | undefined): boolean {
  return character !== undefined && '.!?…'.includes(character);
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
