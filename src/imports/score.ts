import type { ItemRating } from '../mentions/feed-item.ts';

/** A score of a row; `unreadable` is said where there is one that cannot be meant. */
export type ImportScore = ItemRating | 'unreadable' | null;

/**
 * Reads a rating: `4`, `4.5`, `4,5`, `4/5`, `80 / 100`, `4 stars`, `★★★★☆`. Empty and 0 are no rating.
 *
 * @param scale highest value where the rating itself does not say
 */
export function readScore(raw: string, scale: number): ImportScore {
  const text = raw.trim();
  if (text === '' || /^(?:n\/?a|none|null|-)$/i.test(text)) return null;
  const drawn = /^(★{0,10})(☆{0,10})$/.exec(text);
  if (drawn !== null) {
    const [, full = '', empty = ''] = drawn;
    return scored(full.length, empty === '' ? scale : full.length + empty.length);
  }
  const match = /^(\d{1,3}(?:[.,]\d{1,4})?)(?:\s?\/\s?(\d{1,3})|\s?(?:stars?|★)|\s?%)?$/i.exec(
    text,
  );
  if (match === null) return 'unreadable';
  const [, score = '', of] = match;
  const own = text.endsWith('%') ? 100 : scale;
  return scored(Number(score.replace(',', '.')), of === undefined ? own : Number(of));
}

/** `raw` is the score alone: people read it beside the scale, as "4 of 5". */
function scored(score: number, scale: number): ImportScore {
  if (score === 0) return null;
  return scale > 1 && score <= scale ? { raw: String(score), score, scale } : 'unreadable';
}
