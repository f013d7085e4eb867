import type { PromiseRow } from './digest.ts';
import { counted } from './numbers.ts';

/** How much of the optional parts a mail shows. */
export interface Amount {
  readonly sparklines: 'all' | 'incidents' | 'none';
  /** Rows of the promise table; promises in an incident are always shown. */
  readonly promises: number;
  /** Charts of the second and third incident. */
  readonly furtherCharts: boolean;
  /** Bars of dimensions and signals. */
  readonly themes: boolean;
  /** Quotes an incident, and of the kinds that list mentions. */
  readonly quotes: number;
  /** The first incident's chart. */
  readonly chart: boolean;
}

const FULL: Amount = {
  sparklines: 'all',
  promises: 40,
  furtherCharts: true,
  themes: true,
  quotes: 20,
  chart: true,
};

/** What is dropped, in this order, until the mail is small enough. */
export const AMOUNTS: readonly Amount[] = [
  FULL,
  { ...FULL, sparklines: 'incidents' },
  { ...FULL, sparklines: 'none' },
  { ...FULL, sparklines: 'none', promises: 12 },
  { ...FULL, sparklines: 'none', promises: 12, furtherCharts: false },
  { ...FULL, sparklines: 'none', promises: 12, furtherCharts: false, themes: false },
  { ...FULL, sparklines: 'none', promises: 12, furtherCharts: false, themes: false, quotes: 8 },
  { sparklines: 'none', promises: 6, furtherCharts: false, themes: false, quotes: 3, chart: true },
  { sparklines: 'none', promises: 6, furtherCharts: false, themes: false, quotes: 2, chart: false },
];

/** The fullest rendering of at most `bytes` of UTF-8, else the smallest one. */
export function fitting(render: (amount: Amount) => string, bytes: number): string {
  let result = '';
  for (const amount of AMOUNTS) {
    result = render(amount);
    if (Buffer.byteLength(result) <= bytes) break;
  }
  return result;
}

/** The rows that are shown, those in an incident always, and a sentence about the others. */
export function promisesShown(
  promises: readonly PromiseRow[],
  amount: Amount,
): [PromiseRow[], string | null] {
  const bad = promises.filter(({ status }) => status === 'in incident');
  const others = promises.filter(({ status }) => status !== 'in incident');
  const shown = [...bad, ...others.slice(0, Math.max(0, amount.promises - bad.length))];
  const rest = promises.length - shown.length;
  if (rest === 0) return [shown, null];
  return [shown, `${counted(rest, 'more promise')} not shown here, none of them in an incident.`];
}
