import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoErasure } from '../../src/adapters/dynamodb/erasure.ts';
import { dailyCheck } from '../../src/checks/daily-check.ts';
import { addDays } from '../../src/mentions/day.ts';
import type { Mention } from '../../src/mentions/mention.ts';
import { noCounts } from '../../src/rollups/count.ts';
import type { Relabel } from '../../src/rollups/note.ts';
import { recount } from '../../src/rollups/recount.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';
import { aClassification, acme, aMention, aVerdict } from '../fixtures.ts';
import { storesIn } from './stores.ts';

const FIRST = '2026-01-01';
const QUIET_DAYS = 70;
/** The day on which 14 of 30 mentions say that a promise was broken; 2 of 20 are usual. */
const DAY = addDays(FIRST, QUIET_DAYS);
const COMPLAINTS = 14;
const OTHERS = 16;
/** Of the complaints, those that something happens to before the check. */
const MOVED = 11;

let db: TestTable;
beforeEach(async () => {
  db = await freshTable();
  await quietDays();
  for (let i = 0; i < COMPLAINTS + OTHERS; i++)
    await deps().store.save(mention(i), i < COMPLAINTS ? complaint(mention(i)) : praise());
  await counted(DAY);
});
afterEach(() => db.close());

const deps = () => storesIn(db);

async function quietDays() {
  const { rollups, checkpoints } = deps();
  await checkpoints.set('classifier#acme', 'cv1');
  const verdicts = { exceeded: 0, kept: 3, broken: 2, unclear: 0 };
  const counts = { ...noCounts(), mentions: 20, negative: 4, neutral: 16 };
  for (let i = 0; i < QUIET_DAYS; i++)
    await rollups.save({
      brand: 'acme',
      day: addDays(FIRST, i),
      cv: 'cv1',
      seen: 1,
      sources: { 'acme-reviews': { ...counts, promises: { fast: verdicts } } },
      employees: {},
    });
}

const WORDS = 'oak elm ash fir yew bay fig box gum nut sap bud pod rye oat hop'.split(' ');

/** No two of them are alike. */
function mention(i: number, only: Partial<Mention> = {}): Mention {
  const id = String(i).padStart(32, '0');
  const word = `${WORDS[i % 16]}${WORDS[(3 * i + (i >> 4)) % 16]}`;
  const text = `${word} waited twenty minutes ${word}${i} and ${i} nobody ${word} answered me`;
  const time = { publishedAt: `${DAY}T09:00:00.000Z`, fetchedAt: `${DAY}T10:00:00.000Z` };
  return aMention({ id, identity: id, text, bucketDay: DAY, ...time, ...only });
}

function complaint({ text }: Mention) {
  const start = text.indexOf('twenty minutes');
  const verdict = aVerdict({ quote: 'twenty minutes', start, end: start + 14 });
  return aClassification({ verdicts: [verdict] });
}

const praise = () =>
  aClassification({
    verdicts: [],
    sentiment: {
      label: 'positive',
      probabilities: { negative: 0.1, neutral: 0.1, positive: 0.8 },
      reasons: [],
    },
  });

async function counted(...days: string[]) {
  const at = new Date(`${DAY}T12:00:00Z`);
  for (const day of days) await deps().rollups.markDirty('acme', day, at);
  await recount(new Date(`${DAY}T14:00:00Z`), deps());
}

/** The check of the day: its numbers for one day, and whether it opened an incident. */
async function checked() {
  await dailyCheck(acme, 'Europe/London', new Date(`${addDays(DAY, 1)}T06:30:00Z`), deps());
  const result = await deps().incidents.check('acme', DAY);
  const numbers = (series: string) => {
    const test = result?.tests.find((one) => one.series === series && one.window === 1);
    return [test?.observed, test?.mentions];
  };
  return {
    opened: result?.events.map(({ kind }) => kind),
    brand: numbers('brand'),
    fast: numbers('promise:fast'),
    fees: numbers('promise:fees'),
  };
}

const each = (change: (i: number) => Promise<unknown>) => async () => {
  for (let i = 0; i < MOVED; i++) await change(i);
};

const edited = (only: Partial<Mention>) =>
  each((i) => {
    const text = `After a call all is well, ${WORDS[i]} thanks to ${WORDS[i]}${i} for it`;
    const later = mention(i, { fetchedAt: `${DAY}T11:00:00.000Z`, ...only });
    const words = { ...aMention({ text }), ...later, text };
    return deps().store.save({ ...words, contentHash: `edited${i}` }, praise());
  });

const relabelled = (only: Partial<Relabel>) =>
  each((i) =>
    deps().notes.add({
      kind: 'relabel',
      brand: 'acme',
      id: `relabel${i}`,
      at: `${DAY}T11:00:00.000Z`,
      by: 'Ann',
      text: '',
      mention: mention(i).id,
      contentHash: mention(i).contentHash,
      day: DAY,
      sentiment: null,
      verdicts: [],
      aboutUs: null,
      ...only,
    }),
  );

const erased = each((i) =>
  dynamoErasure(db.table).erase(
    { brand: 'acme', id: mention(i).id, source: 'acme-reviews', bucketDay: DAY },
    new Date(`${DAY}T11:00:00Z`),
  ),
);

const next = addDays(DAY, 1);

describe('a day of complaints', () => {
  it('opens an incident where nothing happens to them', async () => {
    expect(await checked()).toEqual({
      opened: ['opened'],
      brand: [14, 30],
      fast: [14, 30],
      fees: [undefined, undefined],
    });
  });

  it.each([
    ['edited into praise', edited({}), { brand: [3, 30], fast: [3, 30] }],
    ['moved to the next day', edited({ bucketDay: next }), { brand: [3, 19], fast: [3, 19] }],
    ['erased', erased, { brand: [3, 19], fast: [3, 19] }],
    ['called positive', relabelled({ sentiment: 'positive' }), { brand: [3, 30], fast: [14, 30] }],
    ['said not to be about us', relabelled({ aboutUs: false }), { brand: [3, 19], fast: [3, 19] }],
    [
      'attributed to another promise',
      relabelled({
        verdicts: [
          { promise: 'fast', outcome: 'none' },
          { promise: 'fees', outcome: 'broken' },
        ],
      }),
      { brand: [14, 30], fast: [3, 30], fees: [11, 30], opened: ['opened'] },
    ],
  ])('moves the numbers where eleven of them are %s', async (_what, change, numbers) => {
    await change();
    await counted(DAY, next);
    const after = await checked();
    const opened = numbers.fast[0] === 3 ? [] : ['opened'];
    expect(after).toMatchObject({ opened, ...numbers });
  });
});
