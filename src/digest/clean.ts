// What steers the reader's screen instead of saying something: control and format characters (direction
// overrides, zero-width spaces, tags), line and paragraph separators. The two joiners stay: Persian words,
// Indic scripts and emoji need them.
const STEERING = /[\p{Cc}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu;
const BREAKS = /[\t\n\v\f\r\u0085\p{Zl}\p{Zp}]/u;
const SPACES = /\s+/g;
// More marks on one letter than any language uses only paint over the lines above and below.
const PILED_MARKS = /(\p{M}{3})\p{M}+/gu;

/** Untrusted text as it may be printed in a mail: one line, nothing invisible that steers. */
export function clean(text: string): string {
  return cleanPart(text).trim();
}

/** As `clean`, but keeps a space at either end: for pieces that are joined again. */
export function cleanPart(text: string): string {
  return text
    .toWellFormed()
    .replace(STEERING, (character) => (BREAKS.test(character) ? ' ' : ''))
    .replace(PILED_MARKS, '$1')
    .replace(SPACES, ' ');
}
