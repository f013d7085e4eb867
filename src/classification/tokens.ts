/** What a token is; words carry the meaning, the rest are marks. */
export const WORD = 0;
export const NUMBER = 1;
export const MARK = 2;
export const EMOJI = 3;
export const LINK = 4;
export const USER = 5;
export const HASHTAG = 6;

/** A text cut into tokens. All arrays have one entry per token; offsets are UTF-16 units of `text`. */
export interface Tokens {
  readonly text: string;
  /** Lower case, curly apostrophes straightened; `#` and `@` removed. */
  readonly words: readonly string[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly types: readonly number[];
  /** 1 where a word of two or more letters is written in capitals. */
  readonly capitals: readonly number[];
}

/** Emoticons that are looked for, longest first at each place; keys as in the text. */
export type Emoticons = ReadonlySet<string>;

const LETTER = 1;
const DIGIT = 2;
const SPACE = 3;
const PUNCTUATION = 4;

const ASCII = new Uint8Array(128);
for (let code = 0; code < 128; code += 1) ASCII[code] = asciiClass(code);

function asciiClass(code: number): number {
  if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) return LETTER;
  if (code >= 48 && code <= 57) return DIGIT;
  return code <= 32 || code === 127 ? SPACE : PUNCTUATION;
}

/** General punctuation, symbols and CJK marks; everything else beyond ASCII counts as a letter. */
function wideClass(code: number): number {
  if (code === 0xa0 || (code >= 0x2000 && code <= 0x200f) || code === 0x3000 || code === 0xfeff)
    return SPACE;
  if (code < 0xc0 || code === 0xd7 || code === 0xf7) return PUNCTUATION;
  if (code >= 0x2010 && code < 0x2c00) return PUNCTUATION;
  if (code >= 0x3000 && code < 0x3040) return PUNCTUATION;
  return LETTER;
}

/** Beyond the end of the text `charCodeAt` gives NaN, which counts as a space. */
function classOf(code: number): number {
  if (code < 128) return ASCII[code] as number;
  return code >= 128 ? wideClass(code) : SPACE;
}

function isApostrophe(code: number): boolean {
  return code === 39 || code === 0x2019 || code === 0x2018 || code === 0x60;
}

/** Emoji planes, miscellaneous symbols, dingbats and stars. */
function isEmoji(point: number): boolean {
  return (
    (point >= 0x1f000 && point <= 0x1faff) ||
    (point >= 0x2600 && point <= 0x27bf) ||
    (point >= 0x2b05 && point <= 0x2b55) ||
    point === 0x203c ||
    point === 0x2049
  );
}

/** Joiners, variation selectors and skin tones that belong to the emoji before them. */
function isEmojiTail(point: number): boolean {
  return point === 0xfe0f || point === 0x200d || (point >= 0x1f3fb && point <= 0x1f3ff);
}

interface Draft {
  text: string;
  lower: string;
  words: string[];
  starts: number[];
  ends: number[];
  types: number[];
  capitals: number[];
}

function push(draft: Draft, start: number, end: number, type: number, word: string): number {
  draft.words.push(word);
  draft.starts.push(start);
  draft.ends.push(end);
  draft.types.push(type);
  draft.capitals.push(type === WORD || type === HASHTAG ? isShouted(draft.text, start, end) : 0);
  return end;
}

function isShouted(text: string, start: number, end: number): number {
  let letters = 0;
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 97 && code <= 122) return 0;
    if (code >= 65 && code <= 90) letters += 1;
  }
  return letters >= 2 ? 1 : 0;
}

/** Lower case with the same length as the text, so that offsets stay true ("İ" would grow). */
function lowerCase(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  let same = '';
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charAt(index);
    const small = unit.toLowerCase();
    same += small.length === 1 ? small : unit;
  }
  return same;
}

function wordEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const kind = classOf(code);
    if (kind === LETTER || kind === DIGIT) {
      if (code >= 0xd800 && code <= 0xdbff && isEmoji(text.codePointAt(at) as number)) return at;
      at += 1;
    } else if (isApostrophe(code) && classOf(text.charCodeAt(at + 1)) === LETTER) at += 1;
    else return at;
  }
  return at;
}

function numberEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (classOf(code) === DIGIT) at += 1;
    else if (isDigitGlue(code) && classOf(text.charCodeAt(at + 1)) === DIGIT) at += 1;
    else return at;
  }
  return at;
}

/** `.` `,` `:` `/` between digits: 1,200.50 · 10:30 · 24/7 */
function isDigitGlue(code: number): boolean {
  return code === 46 || code === 44 || code === 58 || code === 47;
}

function linkEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && classOf(text.charCodeAt(at)) !== SPACE) at += 1;
  return at;
}

function isLink(lower: string, at: number): boolean {
  return (
    lower.startsWith('http://', at) ||
    lower.startsWith('https://', at) ||
    lower.startsWith('www.', at)
  );
}

/** Anything an emoticon can begin with that is not a letter. */
const EMOTICON_START = new Set([...':;=<>8(^)|/\\']);
const LONGEST_EMOTICON = 5;

function emoticonAt(text: string, at: number, emoticons: Emoticons): number {
  if (!EMOTICON_START.has(text.charAt(at))) return 0;
  if (at > 0 && classOf(text.charCodeAt(at - 1)) === DIGIT) return 0;
  for (let length = LONGEST_EMOTICON; length >= 2; length -= 1) {
    const found = text.slice(at, at + length);
    if (emoticons.has(found)) return found.length;
  }
  return 0;
}

function straighten(word: string): string {
  return word.includes('’') || word.includes('‘') || word.includes('`')
    ? word.replace(/[’‘`]/gu, "'")
    : word;
}

function takeWord(draft: Draft, at: number): number {
  const { text, lower } = draft;
  if (isLink(lower, at)) return push(draft, at, linkEnd(text, at), LINK, '<link>');
  const end = wordEnd(text, at);
  if (end === at) return at;
  return push(draft, at, end, WORD, straighten(lower.slice(at, end)));
}

/** Letters right after digits ("40mins", "3rd") stay with the number. */
function takeNumber(draft: Draft, at: number): number {
  const digits = numberEnd(draft.text, at);
  const end =
    classOf(draft.text.charCodeAt(digits)) === LETTER ? wordEnd(draft.text, digits) : digits;
  return push(draft, at, end, NUMBER, straighten(draft.lower.slice(at, end)));
}

function takeTagged(draft: Draft, at: number): number {
  const end = wordEnd(draft.text, at + 1);
  if (end === at + 1) return push(draft, at, at + 1, MARK, draft.text.charAt(at));
  const isUser = draft.text.charCodeAt(at) === 64;
  if (isUser) return push(draft, at, end, USER, '<user>');
  return push(draft, at, end, HASHTAG, draft.lower.slice(at + 1, end));
}

function takeEmoji(draft: Draft, at: number, point: number): number {
  let end = at + (point > 0xffff ? 2 : 1);
  while (end < draft.text.length) {
    const tail = draft.text.codePointAt(end) as number;
    if (!isEmojiTail(tail)) break;
    end += tail > 0xffff ? 2 : 1;
  }
  return push(draft, at, end, EMOJI, String.fromCodePoint(point));
}

function takeMark(draft: Draft, at: number, emoticons: Emoticons): number {
  const code = draft.text.charCodeAt(at);
  if (code === 35 || code === 64) return takeTagged(draft, at);
  const emoticon = emoticonAt(draft.text, at, emoticons);
  if (emoticon > 0) {
    return push(draft, at, at + emoticon, EMOJI, draft.text.slice(at, at + emoticon));
  }
  let end = at + 1;
  while (end < draft.text.length && draft.text.charCodeAt(end) === code) end += 1;
  return push(draft, at, end, MARK, draft.text.charAt(at));
}

function takeSymbol(draft: Draft, at: number, kind: number, emoticons: Emoticons): number {
  const point = draft.text.codePointAt(at) as number;
  if (isEmoji(point)) return takeEmoji(draft, at, point);
  if (kind !== LETTER) return takeMark(draft, at, emoticons);
  const end = takeWord(draft, at);
  return end === at ? at + 1 : end;
}

/** Cuts a text into tokens, once, left to right; the time is linear in its length. */
export function tokenize(text: string, emoticons: Emoticons): Tokens {
  const lower = lowerCase(text);
  const draft: Draft = { text, lower, words: [], starts: [], ends: [], types: [], capitals: [] };
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const kind = classOf(code);
    if (kind === SPACE) {
      // A line break ends a sentence; runs of them are one mark.
      if (code === 10 && draft.types.at(-1) !== undefined && draft.words.at(-1) !== '\n') {
        push(draft, at, at + 1, MARK, '\n');
      }
      at += 1;
    } else if (code >= 128) at = takeSymbol(draft, at, kind, emoticons);
    else if (kind === LETTER) at = takeWord(draft, at);
    else if (kind === DIGIT) at = takeNumber(draft, at);
    else at = takeMark(draft, at, emoticons);
  }
  return draft;
}
