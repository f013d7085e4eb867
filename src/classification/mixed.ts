/**
 * When a text is mixed: a clause leans clearly each way, the weaker side holds a fair share of all
 * leanings, and the text as a whole is not one-sided. Long texts would else always be mixed.
 */
const MIXED = { positive: 1.5, negative: 1.2, share: 0.2, oneSided: 3 } as const;
/** Leanings nearer to 0 than the first count as none, larger than the second as the second. */
const LEANING = { least: 0.5, most: 4 } as const;

export function isMixed(document: number, clauses: readonly number[]): boolean {
  if (Math.max(...clauses) <= MIXED.positive || Math.min(...clauses) >= -MIXED.negative)
    return false;
  const side = (sign: number) =>
    clauses.reduce((sum, lean) => {
      const size = lean * sign;
      return size > LEANING.least ? sum + Math.min(size, LEANING.most) : sum;
    }, 0);
  const [praise, blame] = [side(1), side(-1)];
  const share = Math.min(praise, blame) / (praise + blame);
  return share >= MIXED.share && Math.abs(document) < MIXED.oneSided;
}
