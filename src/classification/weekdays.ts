import { DAY } from './numbers.ts';
import type { Quantity } from './quantities.ts';
import { type Tokens, WORD } from './tokens.ts';

const WEEKDAYS: ReadonlyMap<string, number> = new Map(
  ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'].flatMap((short, day) => [
    [short, day] as const,
    [
      `${{ tue: 'tues', wed: 'wednes', thu: 'thurs', sat: 'satur' }[short] ?? short}day`,
      day,
    ] as const,
  ]),
);
const SHORT_WEEKDAYS: ReadonlySet<string> = new Set(['sun', 'sat', 'wed', 'mon']);
/** Between two weekdays these make a range of opening hours, not a wait. */
const RANGE = new Set(['to', '-', '–', 'and', 'or', 'till', 'until', 'through', '/', ',']);
const SENTENCE_ENDS = new Set(['!', '?', '\n']);

/**
 * Waiting times told by two weekdays: "ordered on Monday, came on Thursday" is three days, stated
 * at the second.
 */
export function weekdaySpans(tokens: Tokens): Quantity[] {
  const spans: Quantity[] = [];
  let last = -1;
  for (let at = 0; at < tokens.words.length; at += 1) {
    const word = tokens.words[at] as string;
    if (SENTENCE_ENDS.has(word)) last = -1;
    const day = WEEKDAYS.get(word);
    if (day === undefined || (SHORT_WEEKDAYS.has(word) && tokens.types[at] !== WORD)) continue;
    const from = last < 0 ? undefined : WEEKDAYS.get(tokens.words[last] as string);
    const isRange = at - last <= 2 && RANGE.has(tokens.words[at - 1] as string);
    if (from !== undefined && from !== day && !isRange) {
      const amount = ((day - from + 7) % 7) * DAY;
      spans.push({ type: 'duration', amount, unit: DAY, from: at, to: at + 1 });
    }
    last = at;
  }
  return spans;
}
