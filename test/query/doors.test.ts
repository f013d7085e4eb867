import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FILTER_NAMES } from '../../bin/analyst/flags.ts';
import { readFilters } from '../../bin/analyst/read-filters.ts';
import { storesOf } from '../../bin/analyst/stores.ts';
import { cacheReader } from '../../bin/cache/cache-reader.ts';
import { openForSync } from '../../bin/cache/open.ts';
import { sync } from '../../bin/cache/sync.ts';
import { whereOf } from '../../bin/cache/where.ts';
import { pageData } from '../../bin/ui/data.ts';
import { dynamoCheckpoints } from '../../src/adapters/dynamodb/settings.ts';
import { Settings } from '../../src/config/config.ts';
import { promiseRows } from '../../src/digest/figures.ts';
import { checkInput } from '../../src/query/check-input.ts';
import { dayCounts, totalOf } from '../../src/query/day-counts.ts';
import { countMentions } from '../../src/query/figures.ts';
import { listMentions } from '../../src/query/list.ts';
import { promisesAnswer, tableSpan } from '../../src/query/promises.ts';
import { type BrandReader, brandReader } from '../../src/query/reader.ts';
import { coverageAnswer } from '../../src/query/sources.ts';
import { countDay } from '../../src/rollups/count.ts';
import { Relabel } from '../../src/rollups/note.ts';
import { recount } from '../../src/rollups/recount.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';
import { aClassification, aMention, aVerdict } from '../fixtures.ts';
import { byHand } from './by-hand.ts';
import { acme, type Statement, statements, typedFilters } from './random-data.ts';

const NOW = new Date('2026-11-24T20:00:00.000Z');
const settings = Settings.parse({ timeZone: 'Europe/London', brands: [acme] });
const FOLDER = join(tmpdir(), `doors-${process.pid}`);
const FILE = join(FOLDER, 'mentions.sqlite');
let db: TestTable;
beforeAll(async () => {
  db = await freshTable();
});
afterAll(async () => {
  await db.close();
  rmSync(FOLDER, { recursive: true, force: true });
});

let runs = 0;

/** A brand of its own for each run, so that one table serves all. */
async function stored(all: readonly Statement[], counted: boolean) {
  const brand = { ...acme, id: `acme-${runs++}` };
  const stores = storesOf(db.table);
  await dynamoCheckpoints(db.table).set(`classifier#${brand.id}`, 'cv1');
  for (const { mention, classification, relabels } of all) {
    const { days } = await stores.store.save({ ...mention, brand: brand.id }, classification);
    for (const relabel of relabels) await stores.notes.add({ ...relabel, brand: brand.id });
    for (const day of days) await stores.rollups.markDirty(brand.id, day, NOW);
  }
  // An hour later every mark has settled; without a recount every day is counted from its mentions.
  if (counted) await recount(new Date(NOW.getTime() + 3_600_000), stores);
  const reader = () => brandReader(brand, 'Europe/London', NOW, stores);
  return { brand, stores, reader };
}

async function synced({ brand, stores }: Awaited<ReturnType<typeof stored>>) {
  rmSync(FOLDER, { recursive: true, force: true });
  const copy = openForSync(FILE);
  const session = {
    stores,
    settings: { ...settings, brands: [brand] },
    now: NOW,
    label: 'test',
  };
  await sync(session, copy, { full: false, syncedAt: NOW });
  return copy;
}

async function allOf<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** Asks the list, SQL, the page and the figures, expects the same mentions, and gives the figures that all agree on. */
async function atEveryDoor(
  asking: BrandReader,
  copy: DatabaseSync,
  flags: Readonly<Record<string, string>>,
  ids: readonly string[],
) {
  const { brand } = asking;
  const filters = readFilters(flags, asking, 'all');
  const listed = await allOf(listMentions(asking, filters));
  const { sql, parameters } = whereOf(brand.id, filters);
  const bySql = copy
    .prepare(`SELECT id FROM stored_mentions WHERE ${sql} ORDER BY day DESC, at DESC, id DESC`)
    .all(...parameters);
  const page = pageData(copy, brand).mentions(filters, { offset: 0, limit: 1000 });
  expect({
    flags,
    list: listed.map(({ mention }) => mention.id),
    sql: bySql.map(({ id }) => String(id)),
    page: page.rows.map(({ id }) => id),
    total: page.total,
  }).toEqual({ flags, list: ids, sql: ids, page: ids, total: ids.length });
  const { mentions, negative } = page.sums;
  const counts = countMentions(listed);
  if (filters.text === undefined) {
    expect(totalOf(await dayCounts(asking, filters))).toEqual(counts);
    expect(totalOf(await dayCounts(cacheReader(copy, brand), filters))).toEqual(counts);
  }
  const broken = (promise: string) => counts.promises[promise]?.broken ?? 0;
  expect({ mentions, negative }).toEqual({ mentions: counts.mentions, negative: counts.negative });
  return { flags, mentions, negative, broken: { fast: broken('fast'), fees: broken('fees') } };
}

describe('the same question at every door', () => {
  it('is asked with every filter that there is', () => {
    const asked = fc.sample(typedFilters, { numRuns: 500, seed: 1 });
    const names = new Set(asked.flatMap((flags) => Object.keys(flags)));
    expect([...names].toSorted()).toEqual(FILTER_NAMES.toSorted());
  });

  it('lists the same mentions and gives the same counts, whatever the filters', async () => {
    const questions = fc.array(typedFilters, { minLength: 20, maxLength: 20 });
    let found = 0;
    await fc.assert(
      fc.asyncProperty(statements, questions, fc.boolean(), async (all, asked, counted) => {
        const place = await stored(all, counted);
        const copy = await synced(place);
        const asking = place.reader();
        for (const flags of asked) {
          const { ids, ...hand } = byHand(all, flags);
          expect(await atEveryDoor(asking, copy, flags, ids)).toEqual({ flags, ...hand });
          found += ids.length;
        }
        copy.close();
      }),
      { numRuns: 8 },
    );
    // Filters that leave nothing over would agree whatever they did.
    expect(found).toBeGreaterThan(150);
  }, 240_000);

  it('counts days as their rollups do, and SQL adds them up alike', async () => {
    await fc.assert(
      fc.asyncProperty(statements, async (all) => {
        const place = await stored(all, true);
        const reader = place.reader();
        const days = await dayCounts(reader, { population: 'customer' });
        for (const day of new Set(all.map(({ mention }) => mention.bucketDay))) {
          const mentions = await place.stores.store.ofDay(place.brand.id, day, NOW);
          const relabels = new Map(all.map((one) => [one.mention.id, one.relabels]));
          const rollup = countDay(place.brand.id, day, 1, mentions, relabels).find(
            ({ cv }) => cv === 'cv1',
          );
          const own = days.filter((one) => one.day === day);
          expect(own.reduce((sum, { counts }) => sum + counts.mentions, 0)).toBe(
            Object.values(rollup?.sources ?? {}).reduce((sum, one) => sum + one.mentions, 0),
          );
        }
        const copy = await synced(place);
        const daily = copy
          .prepare(
            "SELECT coalesce(sum(mentions), 0) AS mentions, coalesce(sum(negative), 0) AS negative FROM daily WHERE population = 'customer'",
          )
          .get();
        const fromMentions = copy
          .prepare(
            "SELECT count(*) AS mentions, coalesce(sum(sentiment = 'negative'), 0) AS negative FROM mentions WHERE counted = 'yes' AND population = 'customer'",
          )
          .get();
        const answer = await promisesAnswer(reader, { population: 'customer' });
        const total = totalOf(days);
        expect(daily).toEqual(fromMentions);
        expect(Number(daily?.['mentions'])).toBe(total.mentions);
        expect(answer.mentions).toBe(total.mentions);
        const promises = copy
          .prepare('SELECT promise, exceeded, kept, broken, unclear FROM promises ORDER BY promise')
          .all();
        expect(promises.map((row) => ({ ...row }))).toEqual(
          answer.promises.map(({ promise, exceeded, kept, broken, unclear }) => ({
            promise,
            exceeded,
            kept,
            broken,
            unclear,
          })),
        );
        copy.close();
      }),
      { numRuns: 8 },
    );
  }, 240_000);
});

describe('the digest', () => {
  it('prints the same seven days as the command line', async () => {
    await fc.assert(
      fc.asyncProperty(statements, async (all) => {
        const place = await stored(all, true);
        const reader = place.reader();
        const answer = await promisesAnswer(reader, {
          population: 'customer',
          ...tableSpan(reader),
        });
        const input = await checkInput(reader, '2026-11-23');
        const rows = input === undefined ? [] : promiseRows(place.brand, input, []);
        expect(rows.map(({ id, observed }) => [id, observed])).toEqual(
          answer.promises.map(({ promise, broken }) => [promise, broken]),
        );
        const coverage = await coverageAnswer(reader);
        const days = await dayCounts(reader, { population: 'customer', ...tableSpan(reader) });
        const { mentions, negative, copies, overAuthorCap, unclassified } = totalOf(days);
        expect(coverage).toMatchObject({
          mentions,
          negative,
          copies,
          overAuthorCap,
          unclassified,
        });
      }),
      { numRuns: 8 },
    );
  }, 240_000);
});

describe('a mention that people relabelled', () => {
  const AT = '2026-11-23T10:00:00.000Z';
  const said = {
    mention: aMention({ publishedAt: AT, fetchedAt: AT, bucketDay: '2026-11-23' }),
    classification: aClassification({ verdicts: [aVerdict({ promise: 'fast', quote: 'Waited' })] }),
    relabels: [],
  };
  const noted = (id: string, only: Partial<Relabel>) =>
    Relabel.parse({
      ...{ kind: 'relabel', brand: 'acme', id, at: NOW.toISOString(), by: 'ann', text: '' },
      ...{ mention: said.mention.id, contentHash: said.mention.contentHash, day: '2026-11-23' },
      ...{ sentiment: null, verdicts: [], aboutUs: null, ...only },
    });

  it('quotes the same words in the copy once a verdict is given back that was taken away', async () => {
    const place = await stored([said], true);
    const copy = await synced(place);
    const quotes = () => copy.prepare('SELECT outcome, quote FROM verdicts').all();
    const read = async (id: string, outcome: 'none' | 'broken') => {
      const verdicts = [{ promise: 'fast', outcome }];
      await place.stores.notes.add({ ...noted(id, { verdicts }), brand: place.brand.id });
      const session = { ...place, settings: { ...settings, brands: [place.brand] }, now: NOW };
      await sync({ ...session, label: 'test' }, copy, { full: false, syncedAt: NOW });
    };
    expect(quotes()).toEqual([{ outcome: 'broken', quote: 'Waited' }]);
    await read('0001', 'none');
    expect(quotes()).toEqual([]);
    await read('0002', 'broken');
    expect(quotes()).toEqual([{ outcome: 'broken', quote: 'Waited' }]);
    copy.close();
  });

  it.each([
    ['is no longer so when its author has changed the words since', { sentiment: 'mixed' }, false],
    ['stays so when they said whom any words of it are about', { aboutUs: false }, true],
  ] as const)('%s', async (_what, only, stays) => {
    const [before, after] = [said.mention.contentHash, '0'.repeat(32)];
    const asked = async (contentHash: string) => {
      const mention = { ...said.mention, contentHash };
      const place = await stored([{ ...said, mention, relabels: [noted('0001', only)] }], true);
      return (await allOf(listMentions(place.reader(), { population: 'customer' })))[0]?.relabelled;
    };
    expect([await asked(before), await asked(after)]).toEqual([true, stays]);
  });
});

describe('a local copy', () => {
  it('is the same after many small syncs as after one', async () => {
    const [all] = fc.sample(statements, { numRuns: 1, seed: 7 }) as [readonly Statement[]];
    const [more] = fc.sample(statements, { numRuns: 1, seed: 11 }) as [readonly Statement[]];
    const place = await stored(all, true);
    const copy = await synced(place);
    const session = {
      stores: place.stores,
      settings: { ...settings, brands: [place.brand] },
      now: NOW,
      label: 'test',
    };
    for (const [i, { mention, classification, relabels }] of more.entries()) {
      // Some are edits of what is stored, some are new.
      const edited = {
        ...mention,
        brand: place.brand.id,
        contentHash: mention.contentHash.replace(/^./, 'f'),
        fetchedAt: '2026-11-24T19:00:00.000Z',
      };
      const { days } = await place.stores.store.save(edited, classification);
      for (const relabel of relabels)
        await place.stores.notes.add({
          ...relabel,
          brand: place.brand.id,
          id: `more${relabel.id}`,
          ...(relabel.contentHash === mention.contentHash && { contentHash: edited.contentHash }),
        });
      for (const day of days) await place.stores.rollups.markDirty(place.brand.id, day, NOW);
      if (i % 4 === 0) await sync(session, copy, { full: false, syncedAt: NOW });
    }
    await recount(new Date(NOW.getTime() + 3_600_000), place.stores);
    await sync(session, copy, { full: false, syncedAt: NOW });
    const dump = (of: DatabaseSync) => [
      of
        .prepare(
          'SELECT id, day, at, counted, relabelled, sentiment, text, verdicts FROM mentions ORDER BY id',
        )
        .all(),
      of.prepare('SELECT id, promise, outcome, quote FROM verdicts ORDER BY id, promise').all(),
      of.prepare('SELECT * FROM daily').all(),
      of.prepare("SELECT count(*) AS n FROM search WHERE search MATCH 'phone'").all(),
    ];
    const small = dump(copy);
    copy.close();
    const fresh = await synced(place);
    expect(small).toEqual(dump(fresh));
    fresh.exec("INSERT INTO search (search) VALUES ('integrity-check')");
    fresh.close();
  }, 60_000);
});
