import type { DatabaseSync } from 'node:sqlite';
import type { Brand } from '../../src/brands/brand.ts';
import { timeZoneOf } from '../../src/config/find.ts';
import { addDays, dayIn, startOfDay } from '../../src/mentions/day.ts';
import { hash128 } from '../../src/mentions/hashes.ts';
import type { UnreadableRow } from '../../src/ports.ts';
import { checkedDay, checkOf } from '../../src/query/check-input.ts';
import { dayCounts } from '../../src/query/day-counts.ts';
import type { BrandReader } from '../../src/query/reader.ts';
import type { Rollup } from '../../src/rollups/rollup.ts';
import { type Data, readerOf } from '../analyst/session.ts';
import { readMeta, writeMeta } from './open.ts';
import { AFTER_FIRST_SYNC } from './schema.ts';
import { dayWriter } from './write-day.ts';

export interface SyncReport {
  readonly days: number;
  /** Days of which the copy held an older state, or none. */
  readonly daysRead: number;
  /** Mentions whose text was read. */
  readonly mentionsRead: number;
  /** Digests and sends that the copy lacks. */
  readonly unreadable: readonly UnreadableRow[];
  readonly stopped: boolean;
}

export interface SyncOptions {
  /** Reads every day again, whatever the counts say. */
  readonly full: boolean;
  /** Real time, for the age of the copy. */
  readonly syncedAt: Date;
  readonly signal?: AbortSignal | undefined;
  readonly onDay?: (done: number, of: number) => void;
}

/** Days read ahead of the one that is written. */
const AHEAD = 3;

/**
 * Days up to now that are always looked at: a mention edited without any effect on the counts leaves the day's
 * stored counts as they were.
 */
const RECENT_DAYS = 7;

/**
 * Brings a local copy up to date: every day whose counts, marks or relabels changed, whole days in one transaction
 * each. Interrupted anywhere, the next call goes on with what is missing.
 */
export async function sync(
  session: Data,
  db: DatabaseSync,
  { full, syncedAt, signal, onDay = () => {} }: SyncOptions,
): Promise<SyncReport> {
  writeRegister(session, db);
  const unreadable: UnreadableRow[] = [];
  const report = { days: 0, daysRead: 0, mentionsRead: 0, unreadable, stopped: false };
  for (const brand of session.settings.brands) {
    const reader = readerOf(session, brand);
    unreadable.push(...(await writeObjects(reader, db)));
    const days = await reader.days();
    const due = await daysDue(reader, days, full, db);
    report.days += days.length;
    removeDays(db, brand.id, days, session.now);
    const { read, write } = dayWriter(reader, db);
    const ahead: Promise<Awaited<ReturnType<typeof readDay>>>[] = [];
    for (const [i, { day, stamp }] of due.entries()) {
      if (signal?.aborted === true) return { ...report, stopped: true };
      while (ahead.length < Math.min(i + AHEAD, due.length)) {
        const next = readDay(reader, due[ahead.length]?.day ?? '', read);
        // Whoever waits for it is told; until then it is not forgotten, only not asked about.
        next.catch(() => {});
        ahead.push(next);
      }
      onDay(i, due.length);
      const found = await ahead[i];
      delete ahead[i];
      if (found === undefined) continue;
      write(day, stamp, found.texts, found.counts);
      report.mentionsRead += found.texts.texts.size;
      report.daysRead++;
    }
  }
  if (readMeta(db, 'syncedAt') === undefined) db.exec(AFTER_FIRST_SYNC);
  writeMeta(db, 'label', session.label);
  writeMeta(db, 'dataNow', session.now.toISOString());
  writeMeta(db, 'syncedAt', syncedAt.toISOString());
  return report;
}

async function readDay(
  reader: BrandReader,
  day: string,
  read: ReturnType<typeof dayWriter>['read'],
) {
  const span = {
    since: startOfDay(reader.timeZone, day),
    until: startOfDay(reader.timeZone, addDays(day, 1)),
  };
  const texts = await read(await reader.ofDay(day), day);
  const counts = await Promise.all(
    (['customer', 'employee'] as const).map(async (population) => ({
      population,
      rows: (await dayCounts(reader, { ...span, population })).filter((row) => row.day === day),
    })),
  );
  return { texts, counts };
}

/** The days that must be read, oldest first, with what the copy will remember of their state. */
async function daysDue(
  reader: BrandReader,
  days: readonly string[],
  full: boolean,
  db: DatabaseSync,
): Promise<{ day: string; stamp: string }[]> {
  const known = new Map(
    db
      .prepare('SELECT day, stamp FROM days WHERE brand = ?')
      .all(reader.brand.id)
      .map((row) => [String(row['day']), String(row['stamp'])]),
  );
  const [uncounted, relabels, cv, rollups] = await Promise.all([
    reader.uncounted(),
    reader.relabels(),
    reader.cv(),
    reader.rollups('0000-01-01', '9999-12-31'),
  ]);
  const touched = Map.groupBy([...relabels.values()].flat(), ({ day }) => day);
  const byDay = Map.groupBy(rollups, ({ day }) => day);
  const recent = addDays(dayIn(reader.timeZone, reader.now), -RECENT_DAYS);
  return days.flatMap((day) => {
    const counted = byDay.get(day) ?? [];
    const stamp = hash128(JSON.stringify([cv ?? '', counted, touched.get(day) ?? []]));
    const changing = uncounted.has(day) || (day >= recent && !counted.every(isStamped));
    return full || changing || known.get(day) !== stamp ? [{ day, stamp }] : [];
  });
}

/** Whether the counts say when they were made: then equal counts mean that nothing was written since. */
const isStamped = ({ countedAt }: Rollup): boolean => countedAt !== undefined;

/** Days that are gone from the store, and mentions that have reached their retention. */
function removeDays(db: DatabaseSync, brand: string, days: readonly string[], now: Date): void {
  db.prepare('DELETE FROM stored_mentions WHERE brand = ? AND ttl <= ?').run(
    brand,
    Math.floor(now.getTime() / 1000),
  );
  const there = new Set(days);
  const known = db.prepare('SELECT day FROM days WHERE brand = ?').all(brand);
  for (const { day } of known) {
    if (there.has(String(day))) continue;
    for (const table of ['stored_mentions', 'daily_counts', 'daily_verdicts', 'days'])
      db.prepare(`DELETE FROM ${table} WHERE brand = ? AND day = ?`).run(brand, String(day));
  }
}

/** Brands, promises and sources as they are configured now. */
function writeRegister({ settings }: Pick<Data, 'settings'>, db: DatabaseSync): void {
  db.exec('BEGIN IMMEDIATE');
  db.exec('DELETE FROM brand_register; DELETE FROM promise_register; DELETE FROM source_register');
  const brands = db.prepare('INSERT INTO brand_register VALUES (?, ?, ?, ?, ?)');
  const promises = db.prepare('INSERT INTO promise_register VALUES (?, ?, ?, ?, ?, ?)');
  const sources = db.prepare('INSERT INTO source_register VALUES (?, ?, ?, ?, ?, ?, ?)');
  for (const [at, brand] of settings.brands.entries()) {
    brands.run(brand.id, brand.name, brand.code, timeZoneOf(brand, settings), at);
    for (const [i, { id, text, headline, owner }] of brand.promises.entries())
      promises.run(brand.id, id, i, text, Number(headline), owner ?? null);
    for (const [i, { id, name, kind, connector, population }] of brand.sources.entries())
      sources.run(brand.id, id, i, name, kind, connector, population);
  }
  writeMeta(db, 'settings', JSON.stringify(settings));
  db.exec('COMMIT');
}

/**
 * What is small is copied whole: counts, incidents, the last check, notes, mails, states of sources.
 *
 * @returns the mails that could not be read
 */
async function writeObjects(
  reader: BrandReader,
  db: DatabaseSync,
): Promise<readonly UnreadableRow[]> {
  const { stores, brand } = reader;
  const [rollups, { incidents }, notes, { sends, digests, unreadable }, states, checked, cv] =
    await Promise.all([
      reader.rollups('0000-01-01', '9999-12-31'),
      stores.incidents.recent(brand.id, '0000-01-01'),
      reader.notes(),
      stores.sends.since(brand.id, ''),
      statesOf(reader),
      lastCheck(reader),
      reader.cv(),
    ]);
  const uncounted = [...(await reader.uncounted())];
  const rows: [kind: string, key: string, body: unknown][] = [
    ...rollups.map((one): [string, string, unknown] => ['rollup', `${one.day}#${one.cv}`, one]),
    ...incidents.map((one): [string, string, unknown] => ['incident', String(one.number), one]),
    ...notes.map((one): [string, string, unknown] => ['note', `${one.at}#${one.id}`, one]),
    ...sends.map((one): [string, string, unknown] => [
      'send',
      `${one.digest}#${one.recipient}`,
      one,
    ]),
    ...digests.map((one): [string, string, unknown] => ['digest', one.key, { ...one, model: '' }]),
    ...states.map((one): [string, string, unknown] => ['state', one.source, one]),
    ...(checked === undefined
      ? []
      : [['check', checked.check.day, checked] as [string, string, unknown]]),
    ['version', 'cv', { cv: cv ?? null, checkedDay: await checkedDay(reader), uncounted }],
  ];
  db.exec('BEGIN IMMEDIATE');
  db.prepare('DELETE FROM objects WHERE brand = ?').run(brand.id);
  const insert = db.prepare('INSERT INTO objects (kind, brand, key, body) VALUES (?, ?, ?, ?)');
  for (const [kind, key, body] of rows) insert.run(kind, brand.id, key, JSON.stringify(body));
  db.exec('COMMIT');
  return unreadable;
}

async function lastCheck(reader: BrandReader) {
  return checkOf(reader, await checkedDay(reader));
}

async function statesOf({ brand, stores }: { brand: Brand; stores: BrandReader['stores'] }) {
  const states = await Promise.all(brand.sources.map(({ id }) => stores.states.get(id)));
  return states.flatMap((state) => {
    if (state === undefined) return [];
    const { seen: _seen, ...rest } = state;
    return [rest];
  });
}
