import { weekday } from './day.ts';
import { SILENT_FROM } from './settings.ts';

/** Runs without mentions longer than this are kept out of what is usual; shorter ones may be closed weekends. */
const SHORT_RUN = 3;

export type Silence = {
  /** By weekday (0 is Sunday): mentions that the source usually has. */
  usual: Float64Array;
  /** Days of silence up to the end; 0 when the source is not silent now. */
  trailing: number;
};

/** Mean mentions by weekday so far. */
type Usual = {
  expect: (index: number) => number;
  learn: (index: number) => void;
  byWeekday: () => Float64Array;
};

function usualMentions(mentions: Float64Array, first: number): Usual {
  const sum = new Float64Array(7);
  const count = new Float64Array(7);
  let total = 0;
  let days = 0;
  const mean = (day: number, least: number) => {
    const known = count[day] as number;
    if (known >= 2) return (sum[day] as number) / known;
    return days >= least ? total / days : 0;
  };
  return {
    expect: (i) => mean(weekday(first + i), SHORT_RUN),
    learn(i) {
      const day = weekday(first + i);
      const n = mentions[i] as number;
      sum[day] = (sum[day] as number) + n;
      count[day] = (count[day] as number) + 1;
      total += n;
      days++;
    },
    byWeekday: () => Float64Array.from({ length: 7 }, (_, day) => mean(day, 1)),
  };
}

/**
 * Marks the days on which a source was silent: runs of days without any mention where 10 or more were to be
 * expected from its earlier weekdays. A source that never speaks on Sundays is not silent on a Sunday.
 *
 * @param mentions by day index
 * @param span first and last index looked at, and the day number of index 0
 * @param masked by index less `from`; 1 is already masked (an announced outage); silent days are set to 1
 */
export function maskSilence(
  mentions: Float64Array,
  span: { from: number; to: number; first: number },
  masked: Uint8Array,
): Silence {
  const usual = usualMentions(mentions, span.first);
  const open = (i: number) => masked[i - span.from] === 0;
  let trailing = 0;
  let i = span.from;
  while (i <= span.to && mentions[i] === 0) i++;
  while (i <= span.to) {
    const begin = i;
    while (i <= span.to && open(i) && mentions[i] === 0) i++;
    if (i > begin) trailing = closeRun(usual, begin, i) ? mask(begin, i) : 0;
    else if (open(i)) usual.learn(i++);
    else i++;
  }
  return { usual: usual.byWeekday(), trailing };

  function mask(begin: number, end: number): number {
    masked.fill(1, begin - span.from, end - span.from);
    return end > span.to ? end - begin : 0;
  }
}

/** Judges the days `begin` to before `end`, all without mentions: was the source silent? */
function closeRun(usual: Usual, begin: number, end: number): boolean {
  let expected = 0;
  for (let i = begin; i < end; i++) expected += usual.expect(i);
  const silent = expected >= SILENT_FROM;
  if (!silent || end - begin <= SHORT_RUN) for (let i = begin; i < end; i++) usual.learn(i);
  return silent;
}
