import type { DatabaseSync } from 'node:sqlite';
import type { Brand } from '../../src/brands/brand.ts';
import type { IndexedMention } from '../../src/classification/indexed-mention.ts';
import { Settings } from '../../src/config/config.ts';
import { timeZoneOf } from '../../src/config/find.ts';
import { DigestRow, SendRow } from '../../src/digest/outbox-rows.ts';
import type { BrandReader } from '../../src/query/reader.ts';
import type { Standing, StandingMention } from '../../src/query/standing.ts';
import { Note, relabelsByMention } from '../../src/rollups/note.ts';
import { Rollup } from '../../src/rollups/rollup.ts';
import type { SourceState } from '../../src/sources/source-state.ts';
import { CheckResult, Incident } from '../../src/trends/incident.ts';
import { readMeta } from './open.ts';

export function settingsIn(db: DatabaseSync): Settings {
  return Settings.parse(JSON.parse(readMeta(db, 'settings') ?? '{}'));
}

/**
 * The questions of `src/query` asked of a local copy: the same functions over the same numbers. Mentions come as they
 * stood at the sync; their full texts are read by SQL.
 */
export function cacheReader(db: DatabaseSync, brand: Brand): BrandReader {
  const settings = settingsIn(db);
  const bodies = (kind: string): unknown[] =>
    db
      .prepare('SELECT body FROM objects WHERE kind = ? AND brand = ? ORDER BY key')
      .all(kind, brand.id)
      .map(({ body }) => JSON.parse(String(body)));
  const [version = {}] = bodies('version') as {
    cv?: string | null;
    checkedDay?: string;
    uncounted?: string[];
  }[];
  const rollups = once(() => bodies('rollup').map((body) => Rollup.parse(body)));
  const notes = once(() => bodies('note').map((body) => Note.parse(body)));
  const incidents = once(() => bodies('incident').map((body) => Incident.parse(body)));
  const daysInCache = () =>
    db
      .prepare('SELECT day FROM days WHERE brand = ? ORDER BY day')
      .all(brand.id)
      .map(({ day }) => String(day));
  const ofDay = db.prepare('SELECT * FROM stored_mentions WHERE brand = ? AND day = ?');
  const notCached = () => {
    throw new Error('texts and writes are not asked of a local copy');
  };
  return {
    brand,
    timeZone: timeZoneOf(brand, settings),
    now: new Date(readMeta(db, 'dataNow') ?? 0),
    cv: async () => version.cv ?? undefined,
    notes: async () => notes(),
    relabels: async () => relabelsByMention(notes()),
    rollups: async (from, to) => rollups().filter(({ day }) => day >= from && day <= to),
    days: async () => daysInCache(),
    uncounted: async () => new Set(version.uncounted ?? []),
    ofDay: async (day) => ofDay.all(brand.id, day).map(toStanding),
    stores: {
      store: {
        save: notCached,
        ofDay: notCached,
        read: notCached,
        readMany: notCached,
        history: notCached,
        markDeleted: notCached,
      },
      rollups: {
        markDirty: notCached,
        dirtyMarks: notCached,
        clear: notCached,
        save: notCached,
        between: async (_brand, from, to) =>
          rollups().filter(({ day }) => day >= from && day <= to),
      },
      incidents: {
        recent: async (_brand, since) => ({
          incidents: incidents().filter(
            ({ state, closedOn }) => state !== 'closed' || (closedOn ?? '') >= since,
          ),
          lastNumber: Math.max(0, ...incidents().map(({ number }) => number)),
        }),
        save: notCached,
        freezeCheck: notCached,
        amend: notCached,
        check: async (_brand, day) => {
          const [found] = (bodies('check') as { made: boolean; check: unknown }[]).filter(
            ({ made }) => made,
          );
          if (found === undefined) return undefined;
          const check = CheckResult.parse(found.check);
          return check.day === day ? check : undefined;
        },
      },
      notes: { add: notCached, ofBrand: async () => notes() },
      sends: {
        since: async (_brand, since) => ({
          sends: bodies('send').map((body) => SendRow.parse(body)),
          digests: bodies('digest')
            .map((body) => DigestRow.parse(body))
            .filter(({ createdAt }) => createdAt >= since),
          // What could not be read was not copied; the sync that left it out said so.
          unreadable: [],
        }),
      },
      states: {
        get: async (source) =>
          (bodies('state') as SourceState[]).find((state) => state.source === source),
        add: notCached,
        due: notCached,
        lease: notCached,
        finish: notCached,
        retire: notCached,
      },
      checkpoints: {
        get: async (job) => (job.startsWith('check#') ? version.checkedDay : undefined),
        set: notCached,
        swap: notCached,
      },
    },
  };
}

function once<T>(read: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => {
    known ??= { value: read() };
    return known.value;
  };
}

type Row = Record<string, unknown>;

function toStanding(row: Row): StandingMention {
  return {
    counted: row['counted'] as Standing,
    relabelled: row['relabelled'] === 1,
    mention: {
      id: row['id'],
      brand: row['brand'],
      bucketDay: row['day'],
      at: row['at'],
      source: row['source'],
      kind: row['kind'],
      population: row['population'],
      rating: row['rating'],
      lang: row['language'],
      sentiment: row['sentiment'],
      verdicts: JSON.parse(String(row['verdicts'])) as object[],
      dimensions: JSON.parse(String(row['dimensions'])) as string[],
      signals: JSON.parse(String(row['signals'])) as string[],
      cv: row['classifier'],
      version: row['version'],
      contentHash: row['content_hash'],
      authorHash: row['author'],
      sketch: '',
      flags: [],
    } as unknown as IndexedMention,
  };
}
