import type { ItemRating } from './feed-item.ts';
import type { Rating } from './mention.ts';

/**
 * A score on its own scale as one on ours: the best becomes 5, 1 stays 1, what lies between keeps
 * its place. Scores below 1, as some sites give for half a star, count as 1; 0 is no rating.
 *
 * @returns null where it is no rating
 */
export function toRating(rating: ItemRating | null): Rating | null {
  if (rating === null) return null;
  const { raw, score, scale } = rating;
  const isRating = score > 0 && scale > 1 && score <= scale && Number.isFinite(scale);
  if (!isRating) return null;
  const value = 1 + (Math.max(score - 1, 0) * 4) / (scale - 1);
  return { value: Math.round(value * 100) / 100, raw: raw.slice(0, 20), scale };
}

/** The line in which WordPress.org writes the stars of a review into its text. */
export function wordPressRating(text: string): ItemRating | null {
  const stars = /^Rating:\s{0,5}([1-5])\s{0,5}stars?$/im.exec(text.slice(0, 300))?.[1];
  return stars === undefined ? null : { raw: stars, score: Number(stars), scale: 5 };
}
