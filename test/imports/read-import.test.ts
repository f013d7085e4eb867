import { describe, expect, it } from 'vitest';
import { parseMap } from '../../src/imports/columns.ts';
import { imported } from './pieces.ts';

const items = (rows: Awaited<ReturnType<typeof imported>>) =>
  rows.flatMap((row) => (row.status === 'item' ? [row.item] : []));
const rejects = (rows: Awaited<ReturnType<typeof imported>>) =>
  rows.filter((row) => row.status === 'reject');

describe('an export', () => {
  const csv =
    'Id,Review,Stars,Date,Reviewer,Link\n7,"They rang back, twice.",4,2026-10-19 10:00,Moss,https://reviews.example/7?utm_source=mail\n';

  it('as CSV becomes items by the usual names of its columns', async () => {
    const rows = await imported(csv);
    expect(rows[0]).toEqual({
      status: 'columns',
      columns: {
        text: 'Review',
        rating: 'Stars',
        date: 'Date',
        author: 'Reviewer',
        url: 'Link',
        id: 'Id',
      },
    });
    expect(items(rows)).toEqual([
      {
        nativeId: '7',
        link: 'https://reviews.example/7?utm_source=mail',
        title: null,
        titleIsText: true,
        html: null,
        text: 'They rang back, twice.',
        author: 'Moss',
        publishedAt: '2026-10-19T09:00:00.000Z',
        updatedAt: null,
        dateSuspect: false,
        rating: { raw: '4', score: 4, scale: 5 },
        categories: [],
        language: null,
      },
    ]);
  });

  it('as JSON lines and as a document becomes the same items', async () => {
    const record = {
      id: 7,
      review: { body: 'They rang back.', stars: 4 },
      created_at: '2026-10-19T10:00:00Z',
      lang: 'en-GB',
    };
    const map = parseMap('text=review.body,rating=review.stars');
    const lines = `${JSON.stringify(record)}\n\n${JSON.stringify({ ...record, id: 8 })}`;
    const fromLines = items(await imported(lines, { format: 'jsonl', map }));
    expect(fromLines).toMatchObject([
      { nativeId: '7', text: 'They rang back.', rating: { score: 4 }, language: 'en' },
      { nativeId: '8' },
    ]);
    const list = [record, { ...record, id: 8 }];
    for (const document of [list, { data: { reviews: list }, tags: [{ a: 1 }] }])
      expect(items(await imported(JSON.stringify(document), { format: 'json', map }))).toEqual(
        fromLines,
      );
  });

  it('finds columns of JSON that the first records do not have', async () => {
    const lines = [
      '{"text":"a","date":"2026-10-19"}',
      '{"date":"2026-10-19","rating":2}',
      '{"text":"c","date":"2026-10-19","reviewer":"Moss"}',
    ];
    for (const [text, format] of [
      [lines.join('\n'), 'jsonl'],
      [`[${lines.join(',')}]`, 'json'],
    ] as const)
      expect(items(await imported(text, { format }))).toMatchObject([
        { text: 'a', rating: null },
        { text: '', rating: { score: 2 } },
        { text: 'c', author: 'Moss' },
      ]);
  });

  it('of more lines than are looked at for columns is read whole', async () => {
    const lines = Array.from({ length: 1234 }, (_, n) => `{"text":"t${n}","date":"2026-10-19"}`);
    expect(items(await imported(lines.join('\n'), { format: 'jsonl' }))).toHaveLength(1234);
  });

  it('that is no table is refused without printing its bytes', async () => {
    await expect(imported('\u0007\u001b[31mx,b\n1,2\n', {})).rejects.toThrow('Columns: [31mx, b.');
  });

  it('takes columns that the operator names, with commas and signs of equality in them', async () => {
    expect(parseMap('text=Comment, if any, rating=Score (=1-5),date=When')).toEqual({
      text: 'Comment, if any',
      rating: 'Score (=1-5)',
      date: 'When',
    });
    const rows = await imported('"Comment, if any",When\nFine.,2026-10-19\n', {
      map: parseMap('text=comment if any,date=When'),
    });
    expect(items(rows)).toMatchObject([{ text: 'Fine.' }]);
  });

  it.each(['text', 'text=', 'words=Review', 'text=A,text=B', '=A'])('refuses the map %j', (map) => {
    expect(() => parseMap(map)).toThrow(/--map/);
  });

  it('leaves a column alone when the operator says so', async () => {
    const rows = await imported(csv, { map: parseMap('url=-,id=-') });
    expect(items(rows)).toMatchObject([{ nativeId: null, link: null }]);
  });

  it.each([
    ['A,B\n1,2\n', {}, 'no column is called text, review or comment'],
    ['text,When\n1,2\n', {}, 'no column holds the dates'],
    ['text,date\n', { text: 'Words' }, 'the file has no column "Words". Columns: text, date.'],
  ])('%j with %j is refused: %s', async (text, map, message) => {
    await expect(imported(text, { map })).rejects.toThrow(message);
  });

  it.each([
    ['not json', 'json', 'the file is not JSON'],
    ['{"a":[1,2]}', 'json', 'holds no list of records'],
    ['[]', 'json', 'holds no list of records'],
    [`${'['.repeat(50_000)}`, 'json', 'the file is not JSON'],
    ['1\n"x"\n', 'jsonl', 'no line of the file is a JSON object'],
  ] as const)('%.20j as %s is refused', async (text, format, message) => {
    await expect(imported(text, { format })).rejects.toThrow(message);
  });

  it('tells each row that it rejects, with line and reason', async () => {
    const rows = await imported(
      [
        'text,date,rating',
        ',2026-10-19,0',
        'a,,4',
        'b,03/04/2026,4',
        'c,soon,4',
        'd,2026-10-19,11',
        'e,2026-10-19,0',
        'f,2026-10-19,4,5',
      ].join('\n'),
    );
    expect(rejects(rows)).toEqual([
      { status: 'reject', line: 2, reason: 'has neither text nor rating' },
      { status: 'reject', line: 3, reason: 'has no date' },
      {
        status: 'reject',
        line: 4,
        reason: '"03/04/2026" can be two days: say --dates dmy or --dates mdy',
      },
      { status: 'reject', line: 5, reason: '"soon" is no date that can be read' },
      { status: 'reject', line: 6, reason: '"11" is no rating from 1 to 5' },
      { status: 'reject', line: 8, reason: 'has 4 cells where the header has 3' },
    ]);
    expect(items(rows)).toMatchObject([{ text: 'e', rating: null }]);
  });

  it('rejects lines that are no objects and reads on', async () => {
    const rows = await imported(
      '{"text":"a","date":"2026-10-19"}\n[1]\n{"text":\n{"text":"b","date":"2026-10-19"}',
      {
        format: 'jsonl',
      },
    );
    expect(rejects(rows)).toMatchObject([{ line: 2 }, { line: 3, reason: 'is not a JSON object' }]);
    expect(items(rows)).toHaveLength(2);
  });

  it('without dates counts on the day of the import when the operator wants it', async () => {
    expect(items(await imported('text\nfine\n', { undated: true }))).toMatchObject([
      { publishedAt: null },
    ]);
  });

  it('drops the apostrophe that guards formulas, and only that', async () => {
    const rows = await imported("text,date\n'=1+1 they said,2026-10-19\n'tis late,2026-10-19\n");
    expect(items(rows).map(({ text }) => text)).toEqual(['=1+1 they said', "'tis late"]);
  });

  it('reads its texts as HTML where they are', async () => {
    const rows = await imported('text,date\n<p>Not <b>good</b></p>,2026-10-19\n', { html: true });
    expect(items(rows)).toMatchObject([{ html: '<p>Not <b>good</b></p>' }]);
  });

  it('never takes a value from the prototype of a record', async () => {
    const rows = await imported('{"text":"a","date":"2026-10-19","__proto__":{"title":"x"}}', {
      format: 'jsonl',
      map: { title: 'text', text: 'text' },
    });
    expect(items(rows)).toMatchObject([{ text: 'a' }]);
    await expect(
      imported('{"text":"a","date":"2026-10-19"}', {
        format: 'jsonl',
        map: { author: 'constructor' },
      }),
    ).rejects.toThrow('no column "constructor"');
  });
});
