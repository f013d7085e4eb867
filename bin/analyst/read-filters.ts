import { DIMENSIONS } from '../../src/brands/brand.ts';
import { Outcome, SentimentLabel } from '../../src/classification/classification.ts';
import { SIGNALS } from '../../src/classification/signals.ts';
import { closest } from '../../src/config/suggest.ts';
import { type Filters, readRating } from '../../src/query/filters.ts';
import type { BrandReader } from '../../src/query/reader.ts';
import type { Standing } from '../../src/query/standing.ts';
import { readTime, UnreadableTime } from '../../src/query/time.ts';
import { UsageError } from '../command.ts';
import { chooseAll } from './choose.ts';
import type { FilterFlags } from './flags.ts';

/** Every way in which a mention can stand. */
const STANDINGS: readonly Standing[] = [
  'yes',
  'copy',
  'author-cap',
  'not-about-us',
  'unclassified',
  'unsupported',
  'other-classifier',
];

type Clock = Pick<BrandReader, 'timeZone' | 'now'>;

/**
 * The filters that flags mean for a brand.
 *
 * @param usual what `--since` is when it is not given; `all` for no beginning
 * @throws {Refusal} for an unknown promise or source @throws {UsageError} for a value that cannot be meant
 */
export function readFilters(
  flags: FilterFlags,
  reader: Pick<BrandReader, 'brand' | 'timeZone' | 'now'>,
  usual: string,
): Filters {
  const { promises, sources } = reader.brand;
  const list = <Value extends string>(
    name: string,
    typed: string | undefined,
    known: readonly Value[],
  ): Value[] | undefined => typed?.split(',').map((one) => oneOf(name, one.trim(), known));
  const filters = {
    ...readPeriod(flags, reader, usual),
    promise: named('promise', flags.promise, promises),
    source: named('source', flags.source, sources),
    outcome: list('verdict', flags.verdict, Outcome.options),
    sentiment: list('sentiment', flags.sentiment, SentimentLabel.options),
    rating: ratingOf(flags.rating),
    language: flags.language?.split(',').map((one) => one.trim().toLowerCase()),
    population: oneOf('population', flags.population ?? 'customer', ['customer', 'employee']),
    dimension: list('dimension', flags.dimension, DIMENSIONS),
    signal: list('signal', flags.signal, SIGNALS),
    counted:
      flags.counted === 'no'
        ? STANDINGS.filter((standing) => standing !== 'yes')
        : list('counted', flags.counted, STANDINGS),
    text: flags.text === '' ? undefined : flags.text,
  };
  return Object.fromEntries(
    Object.entries(filters).filter(([, value]) => value !== undefined),
  ) as unknown as Filters;
}

function named(what: string, typed: string | undefined, known: readonly { readonly id: string }[]) {
  return typed === undefined
    ? undefined
    : chooseAll(
        what,
        typed,
        known.map(({ id }) => id),
      );
}

/** @throws {UsageError} with what was probably meant */
export function oneOf<Value extends string>(
  name: string,
  typed: string,
  known: readonly Value[],
): Value {
  const found = known.find((one) => one === typed.toLowerCase());
  if (found !== undefined) return found;
  const guess = closest(typed, known);
  const hint = guess === undefined ? `Use ${known.join(', ')}.` : `Did you mean "${guess}"?`;
  throw new UsageError(`--${name} cannot be "${typed.slice(0, 40)}". ${hint}`);
}

function ratingOf(typed: string | undefined): Filters['rating'] {
  if (typed === undefined) return undefined;
  const rating = readRating(typed);
  if (rating === undefined)
    throw new UsageError(
      `--rating cannot be "${typed.slice(0, 40)}". Use 1, 1-2, >=4 or none; ratings go from 1 to 5.`,
    );
  return rating;
}

/** `since` and `until` of flags, in the brand's time zone. */
export function readPeriod(
  { since, until }: Pick<FilterFlags, 'since' | 'until'>,
  { timeZone, now }: Clock,
  usual: string,
): Pick<Filters, 'since' | 'until'> {
  const from = since ?? usual;
  try {
    const period = {
      ...(from !== 'all' && { since: readTime(from, timeZone, now).start }),
      ...(until !== undefined && { until: readTime(until, timeZone, now).end }),
    };
    if (period.since && period.until && period.until <= period.since)
      throw new UsageError(`--until ${until} is not after --since ${from}: no time is in between.`);
    return period;
  } catch (error) {
    throw error instanceof UnreadableTime ? new UsageError(error.message) : error;
  }
}

/** A period in words, for the person: `since 2026-11-14 09:00 (Europe/London)`. */
export function periodWords(
  { since, until }: Pick<Filters, 'since' | 'until'>,
  { timeZone }: Pick<Clock, 'timeZone'>,
): string {
  const local = (at: Date) =>
    new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      dateStyle: 'short',
      timeStyle: 'short',
    }).format(at);
  const parts = [
    ...(since === undefined ? [] : [`from ${local(since)}`]),
    ...(until === undefined ? [] : [`to ${local(until)}`]),
  ];
  return parts.length === 0 ? 'all stored time' : `${parts.join(' ')} (${timeZone})`;
}
