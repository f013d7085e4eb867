/** Numbers in a sketch. Equal ones, divided by this, estimate the share of shingles in common. */
const SLOTS = 16;
const WORDS = 60;
const SHINGLE = 3;
/** A headline of fewer words is not worth calling the same story. */
const MIN_HEADLINE_WORDS = 5;
/** Twenty customers who write "very bad" on one day are twenty customers. */
const MIN_WORDS = 5;

const PRIME = 0x01000193;
/** Odd multipliers and offsets of the hash functions, fixed for ever: stored sketches depend on them. */
const FUNCTIONS: readonly (readonly [number, number])[] = seededPairs(SLOTS);

function seededPairs(count: number): [number, number][] {
  let state = 0x9e3779b9;
  const next = (): number => {
    state = mix((state + 0x9e3779b9) >>> 0);
    return state;
  };
  return Array.from({ length: count }, () => [(next() | 1) >>> 0, next()]);
}

/** Finaliser of MurmurHash3 (Appleby, public domain): each input bit moves every output bit. */
function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function fnv1a(text: string): number {
  let h = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) h = Math.imul(h ^ text.charCodeAt(at), PRIME);
  return mix(h >>> 0);
}

/** Letters of scripts without spaces between words: each counts as a word. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/gu;

/** Letters and digits in lower case, addresses left out. */
function words(text: string): string[] {
  const plain = text
    .slice(0, 4000)
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/https?:\/\/\S+/g, ' ')
    .replaceAll(UNSPACED, ' $& ');
  return plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}

/**
 * A fingerprint that near-copies share: MinHash (Broder 1997) over the 3-word shingles of the first
 * 60 words, and a hash of the headline. At most 110 characters: words counted, headline, numbers.
 *
 * @param title null where the text has none; equal to `text` where there is only a headline
 */
export function sketch(title: string | null, text: string): string {
  const counted = words(text).slice(0, WORDS);
  const minima = new Uint32Array(SLOTS).fill(0xffffffff);
  for (const shingle of shingles(counted)) {
    const h = fnv1a(shingle);
    for (let slot = 0; slot < SLOTS; slot += 1) {
      const [a, b] = FUNCTIONS[slot] as readonly [number, number];
      const value = mix((Math.imul(a, h) + b) >>> 0);
      if (value < (minima[slot] as number)) minima[slot] = value;
    }
  }
  const bytes = Buffer.alloc(SLOTS * 4);
  for (let slot = 0; slot < SLOTS; slot += 1) bytes.writeUInt32BE(minima[slot] as number, slot * 4);
  const headline = headlineHash(title, title === text);
  return `${counted.length}.${headline}.${bytes.toString('base64url')}`;
}

function shingles(list: readonly string[]): string[] {
  if (list.length === 0) return [];
  const count = Math.max(1, list.length - SHINGLE + 1);
  return Array.from({ length: count }, (_, at) => list.slice(at, at + SHINGLE).join(' '));
}

/** Hash of the headline without the outlet's name behind it; `!` in front where there is nothing else. */
function headlineHash(title: string | null, alone: boolean): string {
  const separator = title?.search(/ [-–—|] [^-–—|]{1,40}$/) ?? -1;
  const full = words(title ?? '');
  const bare = separator === -1 ? full : words((title ?? '').slice(0, separator));
  const list = bare.length >= MIN_HEADLINE_WORDS ? bare : full;
  if (list.length < MIN_HEADLINE_WORDS) return '';
  return `${alone ? '!' : ''}${fnv1a(list.join(' ')).toString(36)}`;
}

/**
 * How alike two statements are, 0 to 1: the estimated share of shingles in common (Jaccard), within
 * about ±0.12. Copies of a story come out at 0.5 and more. A bare headline is alike with every
 * article under the same headline; otherwise equal titles say nothing, since all replies to a
 * forum topic have one. Texts of fewer than five words are never alike.
 */
export function similarity(a: string, b: string): number {
  const left = parseSketch(a);
  const right = parseSketch(b);
  if (left === undefined || right === undefined) return 0;
  const bareHeadline = left.alone || right.alone;
  if (bareHeadline && left.headline !== '' && left.headline === right.headline) return 1;
  if (Math.min(left.words, right.words) < MIN_WORDS) return 0;
  let equal = 0;
  for (let slot = 0; slot < SLOTS; slot += 1) {
    if (left.numbers.readUInt32BE(slot * 4) === right.numbers.readUInt32BE(slot * 4)) equal += 1;
  }
  return equal / SLOTS;
}

/** Words that a sketch was made from, at most 60: short texts are alike by chance. */
export function sketchWords(encoded: string): number {
  return parseSketch(encoded)?.words ?? 0;
}

function parseSketch(encoded: string) {
  const [count = '', headline = '', numbers = ''] = encoded.split('.');
  const bytes = Buffer.from(numbers, 'base64url');
  if (bytes.length !== SLOTS * 4) return undefined;
  return {
    words: Number(count),
    alone: headline.startsWith('!'),
    headline: headline.replace('!', ''),
    numbers: bytes,
  };
}
