/**
 * A frozen digest without anything that quotes one of the mentions. Numbers stay: they were true when
 * they were sent, and hold nobody's words.
 *
 * Walks the model whatever its version: a quote is an object with a `mention` id and its text.
 *
 * @returns undefined when there was nothing to take out
 */
export function withoutQuotes(model: unknown, mentions: ReadonlySet<string>): unknown {
  let found = false;
  const isQuote = (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    'mention' in value &&
    typeof value.mention === 'string' &&
    mentions.has(value.mention);
  const clean = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      const kept = value.filter((part) => !isQuote(part));
      found ||= kept.length < value.length;
      return kept.map(clean);
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => {
        if (!isQuote(part)) return [key, clean(part)];
        found = true;
        return [key, null];
      }),
    );
  };
  const cleaned = clean(model);
  return found ? cleaned : undefined;
}
