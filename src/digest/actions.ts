import type { Brand, Day } from '../brands/brand.ts';
import { addDays } from '../mentions/day.ts';
import { type ChartDay, seriesChart } from '../trends/chart.ts';
import { type CheckInput, seenBy } from '../trends/check.ts';
import type { Series } from '../trends/incident.ts';
import { chanceOf, measure } from '../trends/scan.ts';
import { watched } from '../trends/watch.ts';
import type { DigestAction } from './digest.ts';
import { promiseText, type Scope } from './scope.ts';

/** What the brand did, as noted by a person. */
export interface Action {
  readonly day: Day;
  readonly text: string;
  /** Promise it was meant for; null: the whole brand. */
  readonly promise: string | null;
}

/** Days before and after an action that are compared; its own day is in neither. */
export const COMPARED_DAYS = 7;
/** Days with data on each side from which the two are compared. */
const ENOUGH_DAYS = 3;
/** Odds under which before and after are said to differ. */
const CLEAR = 0.01;
const CHART_DAYS = 63;

/**
 * Counts before and after what the brand did, of the actions of some days.
 *
 * @param scope the incident's; actions for another promise are left out
 */
export function actionsOf(
  actions: readonly Action[],
  { from, scope }: { readonly from: Day; readonly scope: Scope },
  brand: Brand,
  input: CheckInput,
): DigestAction[] {
  return actions
    .filter(({ day }) => day >= from && day <= input.day)
    .filter(({ promise }) => promise === null || !scope.promise || promise === scope.promise)
    .toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : a.text < b.text ? -1 : 1))
    .map((action) => {
      const promise = action.promise ?? scope.promise;
      const { day, text } = action;
      const named = action.promise === null ? null : promiseText(action.promise, brand);
      return { day, text, promise: named, ...effectOf(day, seriesOf(promise, scope), input) };
    });
}

function seriesOf(promise: string | null, { source }: Scope): Series {
  if (promise === null) return source === null ? 'brand' : `source:${source}`;
  return source === null ? `promise:${promise}` : `pair:${promise}@${source}`;
}

type Effect = Pick<DigestAction, 'before' | 'after' | 'change' | 'chance'>;

/**
 * The series up to seven days before a day and up to seven after it, and whether they differ by more than
 * luck: given how many there were on both sides together, the chance of so many on the one side, where the
 * windows stray as in the daily test.
 */
export function effectOf(day: Day, series: Series, input: CheckInput): Effect {
  const days = seriesChart(input, series, CHART_DAYS) ?? [];
  const before = spanOf(days, addDays(day, -COMPARED_DAYS), addDays(day, -1));
  const after = spanOf(days, addDays(day, 1), addDays(day, COMPARED_DAYS));
  if (before.days < ENOUGH_DAYS || after.days < ENOUGH_DAYS)
    return { before, after, change: 'too-early', chance: null };
  const wobble = wobbleOf(series, input);
  const fewer = chanceBeside(before, after, wobble);
  const more = chanceBeside(after, before, wobble);
  const chance = Math.min(fewer, more);
  if (chance >= CLEAR) return { before, after, change: 'unclear', chance };
  return { before, after, change: fewer < more ? 'fewer' : 'more', chance };
}

type Span = DigestAction['before'];

function spanOf(days: readonly ChartDay[], from: Day, to: Day): Span {
  const rows = days.filter(({ day, masked }) => !masked && day >= from && day <= to);
  return {
    days: rows.length,
    observed: rows.reduce((sum, { observed }) => sum + observed, 0),
    expected: rows.reduce((sum, { expected }) => sum + expected, 0),
  };
}

/** Chance of so many in one span as there were, of all in both, if each had its usual part of them. */
function chanceBeside(one: Span, other: Span, wobble: number): number {
  const all = one.observed + other.observed;
  const usual = one.expected + other.expected;
  if (all === 0 || usual === 0) return 1;
  const expected = (all * one.expected) / usual;
  return chanceOf({ observed: one.observed, mentions: all, expected }, wobble);
}

function wobbleOf(series: Series, input: CheckInput): number {
  const panel = seenBy(input);
  const found = watched(panel, input.brand.sensitivity).find(
    ({ columns }) => columns.series === series,
  );
  return found === undefined ? 1 : measure(panel, found.columns, COMPARED_DAYS).wobble;
}
