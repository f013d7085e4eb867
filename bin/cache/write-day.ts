import type { DatabaseSync } from 'node:sqlite';
import type { ClassifiedMention } from '../../src/classification/classified-mention.ts';
import type { DayCounts } from '../../src/query/day-counts.ts';
import { searchable } from '../../src/query/filters.ts';
import type { BrandReader } from '../../src/query/reader.ts';
import type { StandingMention } from '../../src/query/standing.ts';

interface PopulationCounts {
  readonly population: string;
  readonly rows: readonly DayCounts[];
}

/** A day as the store has it, beside what the copy has of it. */
export interface ReadDay {
  readonly standing: readonly StandingMention[];
  /** The copy's, by id. */
  readonly rows: ReadonlyMap<string, Record<string, unknown>>;
  /** Full mentions that are new or edited, by id. */
  readonly texts: ReadonlyMap<string, ClassifiedMention>;
}

/**
 * Reads a day of a brand, and writes it in one transaction: mentions that are new or edited with their texts, the
 * others with how they stand now, those that are gone removed, and the day's counts.
 */
export function dayWriter({ brand, stores }: BrandReader, db: DatabaseSync) {
  const known = db.prepare(
    'SELECT row, id, version, content_hash, classifier, sentiment, counted, relabelled, verdicts FROM stored_mentions WHERE brand = ? AND day = ?',
  );
  const insert = db.prepare(`INSERT INTO stored_mentions
    (brand, id, day, at, source, kind, population, rating, language, sentiment, counted, relabelled, title, text, url, author,
     version, classifier, quote, verdicts, dimensions, signals, content_hash, folded, ttl)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const update = db.prepare(
    'UPDATE stored_mentions SET sentiment = ?, counted = ?, relabelled = ? WHERE row = ?',
  );
  const remove = db.prepare('DELETE FROM stored_mentions WHERE row = ?');
  // Of an older version, on this day or another one. REPLACE would not tell the full-text index.
  const removeOlder = db.prepare('DELETE FROM stored_mentions WHERE brand = ? AND id = ?');
  const verdict = db.prepare('INSERT INTO stored_verdicts VALUES (?, ?, ?, ?, ?)');
  const counts = dayCountsWriter(db, brand.id);
  const stamped = db.prepare('INSERT OR REPLACE INTO days (brand, day, stamp) VALUES (?, ?, ?)');

  const writeNew = (one: StandingMention, full: ClassifiedMention) => {
    removeOlder.run(brand.id, full.id);
    const { lastInsertRowid } = insert.run(...valuesOf(one, full));
    const quoteOf = new Map(
      full.classification.verdicts.map(({ promise, quote }) => [promise, quote]),
    );
    for (const { promise, outcome, confidence } of one.mention.verdicts)
      verdict.run(lastInsertRowid, promise, outcome, confidence, quoteOf.get(promise) ?? null);
  };

  const write = (
    one: StandingMention,
    text: ClassifiedMention | undefined,
    row: Record<string, unknown> | undefined,
  ) => {
    if (text !== undefined) writeNew(one, text);
    else if (row === undefined || isSame(row, one)) return;
    else if (isKnown(row, one))
      update.run(one.mention.sentiment, one.counted, Number(one.relabelled), row['row'] as number);
    else remove.run(Number(row['row']));
  };

  /** What must be read to write the day; asks the store for texts that the copy has not. */
  const read = async (standing: readonly StandingMention[], day: string): Promise<ReadDay> => {
    const rows = new Map(known.all(brand.id, day).map((row) => [String(row['id']), row]));
    const fresh = standing.filter((one) => !isKnown(rows.get(one.mention.id), one));
    const texts = await stores.store.readMany(
      brand.id,
      fresh.map(({ mention }) => mention.id),
    );
    return { standing, rows, texts: new Map(texts.map((one) => [one.id, one])) };
  };

  return {
    read,
    write(day: string, stamp: string, found: ReadDay, counted: readonly PopulationCounts[]): void {
      const rows = new Map(found.rows);
      db.exec('BEGIN IMMEDIATE');
      try {
        for (const one of found.standing) {
          const row = rows.get(one.mention.id);
          rows.delete(one.mention.id);
          write(one, found.texts.get(one.mention.id), row);
        }
        for (const { row } of rows.values()) remove.run(Number(row));
        counts(day, counted);
        stamped.run(brand.id, day, stamp);
        db.exec('COMMIT');
      } catch (error) {
        db.exec('ROLLBACK');
        throw error;
      }
    },
  };
}

/**
 * Whether the copy has the words and what was quoted of them. Verdicts that a person changed may quote what the copy
 * never had, or has no more. A mention that is not known and whose text is not there either was erased meanwhile.
 */
const isKnown = (row: Record<string, unknown> | undefined, { mention }: StandingMention) =>
  row?.['content_hash'] === mention.contentHash &&
  row['version'] === mention.version &&
  row['classifier'] === mention.cv &&
  row['verdicts'] === verdictsJson(mention);

/** Whether the row says already how the mention stands. */
const isSame = (row: Record<string, unknown>, one: StandingMention) =>
  isKnown(row, one) &&
  row['sentiment'] === one.mention.sentiment &&
  row['counted'] === one.counted &&
  row['relabelled'] === Number(one.relabelled);

const verdictsJson = ({ verdicts }: StandingMention['mention']) =>
  JSON.stringify(
    verdicts.map(({ promise, outcome, confidence }) => ({ promise, outcome, confidence })),
  );

function valuesOf({ mention, counted, relabelled }: StandingMention, full: ClassifiedMention) {
  const { verdicts } = full.classification;
  const decisive = verdicts.find(({ outcome }) => outcome !== 'unclear') ?? verdicts[0];
  return [
    mention.brand,
    mention.id,
    mention.bucketDay,
    new Date(mention.at).toISOString(),
    mention.source,
    mention.kind,
    mention.population,
    mention.rating,
    mention.lang,
    mention.sentiment,
    counted,
    Number(relabelled),
    full.title,
    full.text,
    full.url,
    full.authorHash,
    mention.version,
    mention.cv,
    decisive?.quote ?? null,
    verdictsJson(mention),
    JSON.stringify(mention.dimensions),
    JSON.stringify(mention.signals),
    mention.contentHash,
    searchable(full.title, full.text),
    full.ttl,
  ];
}

function dayCountsWriter(db: DatabaseSync, brand: string) {
  const clear = ['daily_counts', 'daily_verdicts'].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE brand = ? AND day = ?`),
  );
  const count = db.prepare(
    'INSERT INTO daily_counts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const verdicts = db.prepare('INSERT INTO daily_verdicts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  return (day: string, counted: readonly PopulationCounts[]): void => {
    for (const statement of clear) statement.run(brand, day);
    for (const { population, rows } of counted)
      for (const { source, counts: c } of rows) {
        count.run(
          brand,
          day,
          source,
          population,
          c.mentions,
          c.negative,
          c.neutral,
          c.positive,
          c.mixed,
          c.unclassified,
          c.unsupported,
          c.copies,
          c.overAuthorCap,
          c.notAboutUs,
          c.otherClassifier,
        );
        for (const [promise, v] of Object.entries(c.promises))
          verdicts.run(
            brand,
            day,
            source,
            population,
            promise,
            v.exceeded,
            v.kept,
            v.broken,
            v.unclear,
          );
      }
  };
}
