import type { DatabaseSync } from 'node:sqlite';
import type { Brand } from '../../src/brands/brand.ts';
import { addDays } from '../../src/mentions/day.ts';
import { type Counts, emptyCounts } from '../../src/query/figures.ts';
import type { Filters } from '../../src/query/filters.ts';
import type { BrandReader } from '../../src/query/reader.ts';
import type { Standing } from '../../src/query/standing.ts';
import { cacheReader } from '../cache/cache-reader.ts';
import { whereOf } from '../cache/where.ts';

/** A mention as the pages show it. */
export interface ShownMention {
  readonly id: string;
  readonly day: string;
  readonly at: string;
  readonly source: string;
  readonly rating: number | null;
  readonly sentiment: string;
  readonly counted: string;
  readonly relabelled: boolean;
  readonly title: string | null;
  readonly text: string;
  readonly url: string | null;
  readonly language: string | null;
  readonly quote: string | null;
  readonly verdicts: readonly { readonly promise: string; readonly outcome: string }[];
}

/** What the pages ask of a local copy about one brand. */
export interface PageData {
  readonly reader: BrandReader;
  readonly db: DatabaseSync;
  /** Flags that name the data, for commands on the pages. */
  readonly place: Readonly<Record<string, unknown>>;
  /** How many pass the filters with their counts, and a page of them, newest first. */
  readonly mentions: (
    filters: Filters,
    span: { readonly offset: number; readonly limit: number },
  ) => { readonly total: number; readonly sums: Counts; readonly rows: readonly ShownMention[] };
  /** Signals of the mentions that pass, most frequent first. */
  readonly signals: (
    filters: Filters,
  ) => readonly { readonly signal: string; readonly count: number }[];
  /** Verdicts of the newest counted mentions with these outcomes, with the words that decided. */
  readonly quotes: (
    promise: string,
    outcomes: readonly ('broken' | 'kept' | 'exceeded')[],
    count: number,
  ) => readonly (ShownMention & { readonly words: string })[];
}

/** Days whose quotes and signals a promise's page shows. */
export const RECENT_DAYS = 28;

export function pageData(db: DatabaseSync, brand: Brand, place: PageData['place'] = {}): PageData {
  const reader = cacheReader(db, brand);
  return {
    reader,
    db,
    place,
    mentions(filters, { offset, limit }) {
      const { sql, parameters } = whereOf(brand.id, filters);
      // One pass for both numbers: a search for words reads every text.
      const groups = db
        .prepare(
          `SELECT counted, sentiment, count(*) AS n FROM stored_mentions WHERE ${sql} GROUP BY counted, sentiment`,
        )
        .all(...parameters);
      const total = groups.reduce((sum, { n }) => sum + Number(n), 0);
      const rows = db
        .prepare(
          `SELECT * FROM stored_mentions WHERE ${sql} ORDER BY day DESC, at DESC, id DESC LIMIT ? OFFSET ?`,
        )
        .all(...parameters, limit, offset)
        .map(toShown);
      return { total, sums: sumOf(groups), rows };
    },
    signals(filters) {
      const { sql, parameters } = whereOf(brand.id, filters);
      return db
        .prepare(
          `SELECT s.value AS signal, count(*) AS count FROM stored_mentions, json_each(signals) s WHERE ${sql} GROUP BY s.value ORDER BY count DESC, signal LIMIT 8`,
        )
        .all(...parameters)
        .map((row) => ({ signal: String(row['signal']), count: Number(row['count']) }));
    },
    quotes(promise, outcomes, count) {
      const marks = outcomes.map(() => '?').join(', ');
      // One an author at most, as far as the sources name authors; the surest of the newest days.
      const newest = db.prepare(
        `SELECT m.*, v.quote AS words FROM stored_mentions m JOIN stored_verdicts v ON v.mention = m.row
         WHERE m.brand = ? AND m.day >= ? AND v.promise = ? AND v.outcome IN (${marks}) AND m.counted = 'yes'
         AND m.population = 'customer' AND v.quote IS NOT NULL
         GROUP BY coalesce(m.author, m.id) ORDER BY m.day DESC, v.confidence DESC, m.id LIMIT ?`,
      );
      const from = (day: string) =>
        newest
          .all(brand.id, day, promise, ...outcomes, count)
          .map((row) => ({ ...toShown(row), words: String(row['words']) }));
      const recent = from(addDays(reader.now.toISOString().slice(0, 10), -RECENT_DAYS));
      // Few words are said about some promises: then older ones are better than none.
      return recent.length < count ? from('') : recent;
    },
  };
}

const LEFT_OUT = {
  copy: 'copies',
  'author-cap': 'overAuthorCap',
  'not-about-us': 'notAboutUs',
  'other-classifier': 'otherClassifier',
  unclassified: 'unclassified',
  unsupported: 'unsupported',
} as const satisfies Record<Exclude<Standing, 'yes'>, keyof Counts>;

function sumOf(rows: readonly Record<string, unknown>[]): Counts {
  const counts = emptyCounts();
  for (const row of rows) {
    const standing = row['counted'] as Standing;
    const n = Number(row['n']);
    if (standing === 'yes') {
      counts.mentions += n;
      counts[row['sentiment'] as 'negative'] += n;
    } else counts[LEFT_OUT[standing]] += n;
  }
  return counts;
}

function toShown(row: Record<string, unknown>): ShownMention {
  return {
    ...(row as unknown as ShownMention),
    relabelled: row['relabelled'] === 1,
    verdicts: JSON.parse(String(row['verdicts'])) as ShownMention['verdicts'],
  };
}
