import { describe, expect, it } from 'vitest';
import { Brand } from '../../src/brands/brand.ts';
import { type ImportReject, importMentions } from '../../src/imports/import-mentions.ts';
import { readImport } from '../../src/imports/read-import.ts';
import type { Mention } from '../../src/mentions/mention.ts';
import { toMention } from '../../src/mentions/normalise.ts';
import { pieces } from './pieces.ts';

const brand = Brand.parse({
  id: 'northbell',
  name: 'Northbell',
  code: 'NB',
  sources: [
    {
      id: 'staff',
      name: 'Staff survey',
      connector: 'import',
      kind: 'review',
      population: 'employee',
    },
  ],
});

/** Imports a file of this text on 20 October 2026. */
async function importText(text: string, { isDry = false, fails = false } = {}) {
  const sent: Mention[][] = [];
  const rejects: ImportReject[] = [];
  const [source] = brand.sources;
  if (source === undefined) throw new Error('the brand has no source');
  const rows = readImport(pieces(Buffer.from(text), 4096), {
    format: 'csv',
    map: {},
    timeZone: 'Europe/London',
  });
  const summary = await importMentions(rows, {
    normalise: (item) =>
      toMention(item, {
        brand,
        source,
        timeZone: 'Europe/London',
        authorKey: 'k'.repeat(32),
        retentionDays: 90,
        fetchedAt: '2026-10-20T12:00:00.000Z',
      }),
    queue: isDry
      ? undefined
      : {
          send: async (mentions) => {
            if (fails) throw new Error('the queue is down');
            sent.push(mentions as Mention[]);
          },
        },
    retentionDays: 90,
    onColumns: () => {},
    onReject: (reject) => rejects.push(reject),
    onMention: () => {},
  });
  return { summary, rejects, sent };
}

describe('an import', () => {
  it('queues mentions of the source’s kind and population, in batches', async () => {
    const lines = Array.from({ length: 1201 }, (_, n) => `${n},Words of ${n},2026-10-19`);
    const { summary, sent } = await importText(['id,text,date', ...lines].join('\n'));
    expect(sent.map(({ length }) => length)).toEqual([500, 500, 201]);
    expect(sent[0]?.[0]).toMatchObject({
      brand: 'northbell',
      source: 'staff',
      kind: 'review',
      population: 'employee',
      bucketDay: '2026-10-19',
      clamped: false,
    });
    expect(summary).toEqual({ rows: 1201, mentions: 1201, rejected: 0, repeated: 0 });
  });

  it('gives the same ids again, so that importing twice stores once', async () => {
    const text = 'text,date,author\nThey rang back.,2026-10-19,Moss\n';
    const ids = (await Promise.all([importText(text), importText(text)])).map(
      ({ sent }) => sent[0]?.[0]?.id,
    );
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(ids[0]).toBe(ids[1]);
  });

  it('sends nothing in a dry run and counts the same', async () => {
    const text = 'text,date\na,2026-10-19\n,2026-10-19\n';
    const dry = await importText(text, { isDry: true });
    expect(dry.sent).toEqual([]);
    expect(dry.summary).toEqual((await importText(text)).summary);
    expect(dry.rejects).toEqual([{ line: 3, reason: 'has neither text nor rating' }]);
  });

  it('rejects what is older than the table keeps, instead of counting it today', async () => {
    const { rejects, summary } = await importText('text,date\nold,2024-01-01\n');
    expect(summary).toMatchObject({ mentions: 0, rejected: 1 });
    expect(rejects).toEqual([
      { line: 2, reason: 'is older than the 90 days that mentions are kept (retentionDays)' },
    ]);
  });

  it('does not let a link that all rows share make them one mention', async () => {
    const link = 'https://reviews.example/northbell';
    const { summary, rejects } = await importText(
      `text,date,url\nfirst,2026-10-19,${link}\nsecond,2026-10-19,${link}\nfirst,2026-10-19,${link}\n`,
    );
    expect(summary).toMatchObject({ mentions: 1, rejected: 1, repeated: 1 });
    expect(rejects[0]).toMatchObject({ line: 3, reason: expect.stringContaining('--map url=-') });
  });

  it('does not let a column that is no id replace one mention by another', async () => {
    const { rejects } = await importText('id,text,date\n7,first,2026-10-19\n7,second,2026-10-19\n');
    expect(rejects[0]?.reason).toContain('has the same id as 2 and other words');
  });

  it('stops where the queue fails, and can be run again', async () => {
    const text = 'text,date\na,2026-10-19\n';
    await expect(importText(text, { fails: true })).rejects.toThrow('the queue is down');
    expect((await importText(text)).summary).toMatchObject({ mentions: 1 });
  });

  it('reads the file no faster than the queue takes it', async () => {
    let produced = 0;
    async function* endless() {
      yield Buffer.from('id,text,date\n');
      for (;;) {
        produced += 1;
        if (produced > 2000) throw new Error('read on although the queue had failed');
        yield Buffer.from(`${produced},Words of ${produced},2026-10-19\n`);
      }
    }
    const [source] = brand.sources;
    if (source === undefined) throw new Error('the brand has no source');
    const rows = readImport(endless(), { format: 'csv', map: {}, timeZone: 'UTC' });
    await expect(
      importMentions(rows, {
        normalise: (item) =>
          toMention(item, {
            brand,
            source,
            timeZone: 'UTC',
            authorKey: 'k'.repeat(32),
            retentionDays: 90,
            fetchedAt: '2026-10-20T12:00:00.000Z',
          }),
        queue: { send: async () => Promise.reject(new Error('the queue is down')) },
        retentionDays: 90,
        onColumns: () => {},
        onReject: () => {},
        onMention: () => {},
      }),
    ).rejects.toThrow('the queue is down');
    expect(produced).toBeLessThan(600);
  });
});
