import type { PromiseRow } from './digest.ts';
import { counted } from './numbers.ts';

/** How much of the optional parts a mail shows. */
export interface Amount {
  readonly sparklines: 'all' | 'incidents' | 'none';
  /** Rows of the promise table; promises in an incident come first. */
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

/**
 * A part of a mail that depends on `fields` only: it is drawn once for each of their values, however often the
 * mail is tried in another size.
 */
export function drawnOnce<Field extends keyof Amount, Part>(
  fields: readonly Field[],
  draw: (amount: Pick<Amount, Field>) => Part,
): (amount: Amount) => Part {
  const drawn = new Map<string, { readonly part: Part }>();
  return (amount) => {
    const key = fields.map((field) => amount[field]).join();
    const known = drawn.get(key) ?? { part: draw(amount) };
    drawn.set(key, known);
    return known.part;
  };
}

/** The rows that are shown, those in an incident first, and a sentence about the others. */
export function promisesShown(
  promises: readonly PromiseRow[],
  amount: Pick<Amount, 'promises'>,
): [PromiseRow[], string | null] {
  const isBad = ({ status }: PromiseRow) => status === 'in incident';
  const ordered = [...promises.filter(isBad), ...promises.filter((row) => !isBad(row))];
  const rest = ordered.slice(amount.promises);
  if (rest.length === 0) return [ordered, null];
  const bad = rest.filter(isBad).length;
  const state = bad === 0 ? 'none of them' : `${bad} of them`;
  return [
    ordered.slice(0, amount.promises),
    `${counted(rest.length, 'more promise')} not shown here, ${state} in an incident.`,
  ];
}
