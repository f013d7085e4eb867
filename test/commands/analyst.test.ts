import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recount } from '../../src/rollups/recount.ts';
import type { Incident } from '../../src/trends/incident.ts';
import { aClassification, acme, aMention, aVerdict } from '../fixtures.ts';
import { aFolder, at, type Folder, run } from './folder.ts';

const NOW = '2026-11-22T20:00:00.000Z';
const HOSTILE = '=HYPERLINK("https://evil.example")\u001b[31m <script>alert(1)</script> refund';
let folder: Folder;
const cli = (...argv: string[]) => run(folder, [...argv, ...at(folder)]);
const json = async (...argv: string[]) => JSON.parse((await cli(...argv, '--json')).out);

const TEST = {
  series: 'promise:fast',
  window: 3,
  from: '2026-11-18',
  to: '2026-11-20',
  observed: 9,
  expected: 2.4,
  mentions: 60,
  wobble: 1.1,
  chance: 0.0001,
  odds: 0.0005,
  usualCount: 2,
  countLimit: 5,
  keys: { chance: true, minimum: true, ratio: true, count: true },
  fires: true,
};
const INCIDENT: Incident = {
  brand: 'acme',
  number: 1,
  state: 'open',
  series: 'promise:fast',
  alsoFired: [],
  openedOn: '2026-11-20',
  since: '2026-11-18',
  opening: TEST,
  lastMailed: TEST,
  baseline: { days: ['2026-10-01'], sources: {} },
  worseOn: [],
  goodChecks: 0,
  recoveredOn: null,
  reopenedOn: [],
  closedOn: null,
  closedBecause: null,
  acknowledgedBy: null,
  snoozedUntil: null,
  serious: true,
  cv: 'cv1',
  checkedDay: '2026-11-21',
  history: [],
};

const idOf = (n: number) => n.toString(16).padStart(8, '0').repeat(4);

function said(n: number, day: string, text: string, outcome: 'broken' | 'kept' = 'broken') {
  const time = `${day}T0${n % 9}:30:00.000Z`;
  return {
    mention: aMention({
      id: idOf(n),
      identity: `said ${n}`,
      text,
      url: `https://reviews.example/${n}`,
      publishedAt: time,
      fetchedAt: time,
      bucketDay: day,
      ttl: 1_900_000_000 + n,
    }),
    classification: aClassification({
      verdicts: [aVerdict({ outcome, quote: text.slice(0, 3), start: 0, end: 3 })],
    }),
  };
}

beforeAll(async () => {
  folder = await aFolder([acme], NOW);
  await folder.write(async ({ stores }) => {
    const all = [
      said(1, '2026-11-21', HOSTILE),
      said(2, '2026-11-21', 'hours of waiting before anybody at all picked up the phone'),
      said(3, '2026-11-20', 'picked up at the first ring and very kind about everything', 'kept'),
      said(4, '2026-11-12', 'the week before nobody answered my third call about the router'),
    ];
    for (const { mention, classification } of all) {
      await stores.store.save(mention, classification);
      await stores.rollups.markDirty('acme', mention.bucketDay, new Date('2026-11-21T20:00:00Z'));
    }
    await recount(new Date(NOW), stores);
    await stores.incidents.save(INCIDENT);
  });
});
afterAll(() => folder.remove());

describe('figures', () => {
  it('of promises are those of the seven days that are over', async () => {
    const answer = await json('promises');
    expect(answer).toMatchObject({ since: '2026-11-15T00:00:00.000Z', mentions: 3 });
    expect(answer.rows[0]).toMatchObject({
      promise: 'fast',
      broken: 2,
      brokenBefore: 1,
      kept: 1,
      brokenShare: 2 / 3,
    });
    expect(answer.rows[0].brokenShareLow).toBeCloseTo(0.2077, 4);
  });

  it('of a period that is named are counted to the end of its last day', async () => {
    const { rows } = await json('promises', '--since', '2026-11-20', '--until', '2026-11-20');
    expect(rows[0]).toMatchObject({ broken: 0, kept: 1 });
  });

  it('of sources and coverage name what was not read', async () => {
    const sources = await json('sources');
    expect(sources.rows).toMatchObject([
      { source: 'acme-reviews', health: 'waiting', mentions: 3 },
      { source: 'acme-forum', health: 'waiting', mentions: 0 },
    ]);
    const coverage = await json('coverage');
    expect(coverage).toMatchObject({ mentions: 3, copies: 0 });
    expect(coverage.rows[1]).toMatchObject({ source: 'acme-forum', state: 'never-read' });
  });

  it('of coverage say what came since the check that is shown', async () => {
    const own = await aFolder([acme], NOW);
    const footer = async () => {
      const { out } = await run(own, ['coverage', ...at(own)], {
        terminal: { columns: 100, colour: false, status: () => {} },
      });
      return out.split('\n').at(-1);
    };
    const save = ({ mention, classification }: ReturnType<typeof said>) =>
      own.write(async ({ stores }) => {
        await stores.store.save(mention, classification);
        await stores.rollups.markDirty('acme', mention.bucketDay, new Date('2026-11-21T20:00:00Z'));
        await recount(new Date(NOW), stores);
      });
    await save(said(1, '2026-11-21', 'nobody picked up'));
    await own.write(async ({ stores }) => {
      await stores.incidents.freezeCheck({
        brand: 'acme',
        day: '2026-11-21',
        cv: 'cv1',
        tests: [],
        events: [],
        incidents: [],
        coverage: [
          { source: 'acme-reviews', state: 'learning', daysWithData: 1, expected: 0, seen: 1 },
        ],
        learning: { day: 1, of: 28 },
        skipped: [],
        mentionsPerDay: 0,
      });
    });
    expect(await footer()).toMatch(/1 counted\..*over three of one author a day\.$/);
    await save(said(2, '2026-11-20', 'the second one came in late'));
    expect(await footer()).toMatch(/2 counted\..* SEEN is as the check saw it; 1 came since\.$/);
    own.remove();
  });

  it('of trends come with the windows and what is missing for a decision', async () => {
    const { out, code } = await run(folder, ['trends', 'fast', ...at(folder)], {
      terminal: { columns: 100, colour: false, status: () => {} },
    });
    expect(code).toBe(0);
    // Two of three mentions are negative: at this volume no count would be a turn.
    expect(out).toContain('cannot fire at this volume');
    expect(out).toContain(
      'No check was made of 2026-11-21; with the counts of now it finds no turn',
    );
    expect(out).toContain(`Next: promisewatch incidents show AC-0001 --data ${folder.path}`);
  });
});

describe('mentions', () => {
  it('are listed newest first, a page at a time, each page going on where the last one ended', async () => {
    const first = await run(folder, [
      'mentions',
      'list',
      '--since',
      'all',
      '--limit',
      '2',
      '--json',
      ...at(folder),
    ]);
    const page = JSON.parse(first.out);
    expect(page.rows.map(({ id }: { id: string }) => id)).toEqual([idOf(2), idOf(1)]);
    expect(first.err).toContain(`--cursor ${page.next}`);
    const second = await json(
      'mentions',
      'list',
      '--since',
      'all',
      '--limit',
      '2',
      '--cursor',
      page.next,
    );
    expect(second.rows.map(({ id }: { id: string }) => id)).toEqual([idOf(3), idOf(4)]);
    expect(second.next).toBeNull();
  });

  it('in CSV cannot run as a formula, on a terminal cannot steer it', async () => {
    const csv = await cli('mentions', 'list', '--text', 'refund', '--csv');
    expect(csv.out).toContain(`"'=HYPERLINK`);
    const table = await run(folder, ['mentions', 'list', '--text', 'refund', ...at(folder)], {
      terminal: { columns: 120, colour: true, status: () => {} },
    });
    expect(table.out).not.toContain('\u001b[31m <script>');
  });

  it('are shown with text, verdict and quote by the beginning of their id', async () => {
    const { out } = await cli('mentions', 'show', idOf(2).slice(0, 8));
    expect(out).toContain('hours of waiting before anybody at all picked up the phone');
    expect(out).toMatch(/verdict {5}fast broken, 90 % sure: “hou”/);
  });

  it.each([
    [
      ['--rating', '5', '--since', 'all'],
      'no mention passes these filters in all stored time. Without --rating 5: 4.',
      '--since all',
    ],
    [
      ['--language', 'eng', '--verdict', 'kept'],
      'Without --language eng: 1. Languages: en 1.',
      '--verdict kept',
    ],
    [
      ['--text', 'waitng', '--verdict', 'broken'],
      'and none has "waitng" in its title or text. Did you mean "waiting"?',
      '--text waiting --verdict broken',
    ],
    [['--since', 'today'], 'Stored days: 2026-11-12 to 2026-11-21.', '--since all'],
    [
      ['--rating', '5', '--source', 'acme-forum', '--since', 'all'],
      'more than one of them leaves nothing over. Without any: 4.',
      '--since all',
    ],
  ] as [string[], string, string][])(
    'that none passes: %j says which filter it is, and what finds something',
    async (filters, because, instead) => {
      const { out, err, code } = await cli('mentions', 'list', ...filters, '--jsonl');
      expect({ out, code }).toEqual({ out: '', code: 0 });
      expect(err).toContain(because);
      const next = /Next: promisewatch (.*)$/.exec(err)?.[1] ?? '';
      expect(next).toContain(instead);
      // What is proposed can be typed as it stands, and finds something.
      const found = await run(folder, next.split(' '));
      expect({ code: found.code, empty: found.out === '' }).toEqual({ code: 0, empty: false });
    },
  );

  it('say which filter leaves an export or the promises empty', async () => {
    const file = join(folder.path, 'none.csv');
    const exported = await run(folder, ['export', file, '--text', 'zebra', ...at(folder)], {
      env: { PROMISEWATCH_CACHE: join(folder.path, 'other-cache') },
    });
    expect(exported.err).toContain('none has "zebra"');
    expect(exported.err).toContain(`Next: promisewatch export ${file} --data ${folder.path}`);
    const counted = await cli('promises', '--language', 'xx');
    expect(counted.err).toContain(
      `Next: promisewatch mentions list --since all --language xx --data ${folder.path}`,
    );
  });

  it('relabelled by a person leave the counts, and come back', async () => {
    const id = idOf(2).slice(0, 8);
    expect((await cli('mentions', 'relabel', id, '--not-about-us')).code).toBe(0);
    expect((await json('promises')).rows[0]).toMatchObject({ broken: 1 });
    expect((await json('mentions', 'list')).rows[0]).toMatchObject({
      id: idOf(2),
      counted: 'not-about-us',
      relabelled: true,
    });
    await cli('mentions', 'relabel', id, '--about-us');
    await cli(
      'mentions',
      'relabel',
      id,
      '--promise',
      'fast',
      '--verdict',
      'kept',
      '--note',
      'irony',
    );
    expect((await json('promises')).rows[0]).toMatchObject({ broken: 1, kept: 2 });
    expect((await cli('mentions', 'show', id)).out).toContain(
      'fast kept by ada on 2026-11-22: irony',
    );
    await cli('mentions', 'relabel', id, '--promise', 'fast', '--verdict', 'broken');
  });
});

describe('incidents', () => {
  it('are acknowledged, snoozed and closed, and their timeline says by whom', async () => {
    expect((await cli('incidents', 'list')).out).toContain('AC-0001');
    await cli('incidents', 'ack', 'ac-1', '--note', 'phone menu');
    await cli('incidents', 'snooze', 'AC-0001', '--until', '2026-12-01');
    const noted = ['New phone menu', '--promise', 'fast', '--on', '2026-11-19'];
    expect((await cli('action', 'add', ...noted)).out).toContain(
      `the week before: promisewatch action list --data ${folder.path}`,
    );
    const shown = await json('incidents', 'show', 'AC-0001');
    expect(shown.incident).toMatchObject({ acknowledgedBy: 'ada', snoozedUntil: '2026-12-01' });
    expect(shown.timeline.map(({ what }: { what: string }) => what)).toEqual([
      'first day of the window that fired',
      'opened: 9 in 3 days where 2.4 were expected',
      'acknowledged: phone menu',
      'snoozed until 2026-12-01',
    ]);
    expect(shown.actions).toMatchObject([
      { before: { days: 7, observed: 1 }, after: { days: 2, observed: 2, mentions: 3 } },
    ]);
    expect((await cli('incidents', 'close', 'AC-0001')).code).toBe(0);
    expect(await json('incidents', 'list')).toMatchObject({
      rows: [{ state: 'closed', closedBecause: 'operator' }],
    });
    const again = await cli('incidents', 'close', 'AC-0001');
    expect(again).toMatchObject({ code: 2, err: expect.stringContaining('nothing to close') });
  });
});

describe('the local copy', () => {
  it('is private, goes on where it was stopped, and reads only what changed', async () => {
    const stop = new AbortController();
    const stopped = await run(folder, ['sync', ...at(folder)], {
      signal: stop.signal,
      // The clock is asked before each day: stop at the second.
      now: (() => {
        let calls = 0;
        return () => {
          if (++calls > 3) stop.abort();
          return new Date('2026-11-22T12:00:00.000Z');
        };
      })(),
    });
    expect(stopped.err).toMatch(/stopped after [12] days/);
    expect((await cli('sql', 'SELECT 1')).err).toContain('its first sync was interrupted');
    const done = await cli('sync');
    expect(done.out).toMatch(/3 days, [123] of them read/);
    const file = done.out.split(':')[0] ?? '';
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700);
    expect((await cli('sync')).out).toContain('with 0 texts');
  });

  it('answers SQL and says how old it is; nothing can be written', async () => {
    const asked = await cli('sql', "SELECT promise, broken FROM promises WHERE promise = 'fast'");
    expect(asked).toMatchObject({ code: 0, out: 'promise\tbroken\nfast\t3' });
    expect(asked.err).toContain('data read just now');
    const later = await run(folder, ['sql', 'SELECT 1 AS one', ...at(folder)], {
      now: () => new Date('2026-11-25T12:00:00.000Z'),
    });
    expect(later.err).toContain('data read 3 days ago: stale. Add --fresh');
    const found = await cli(
      'sql',
      "SELECT m.id FROM search JOIN mentions m ON m.row = search.rowid WHERE search MATCH 'refund'",
    );
    expect(found.out).toBe(`id\n${idOf(1)}`);
    for (const query of [
      'DELETE FROM days',
      'DROP VIEW mentions',
      "INSERT INTO meta VALUES ('a', 'b')",
      'PRAGMA user_version = 9',
    ])
      expect((await cli('sql', query)).code).toBe(2);
    const wrong = await cli('sql', 'SELECT nothing FROM daily');
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('sql --schema') });
  });

  it('shows every column, those of one name, too, and changes nothing by whatever name', async () => {
    const { out } = await cli('sql', 'SELECT 1 AS a, 2 AS a, 3 AS a_2, 4 AS a', '--csv');
    expect(out.split(/\r?\n/).slice(0, 2)).toEqual(['a,a_3,a_2,a_4', '1,2,3,4']);
    const { code, err } = await cli('sql', 'DROP TABLE mentions');
    expect([code, err]).toEqual([2, expect.stringContaining('is only read: type a SELECT')]);
  });

  it('prints whole numbers beyond 2^53 with every digit, and others as numbers', async () => {
    const query =
      "SELECT 9007199254740993 AS big, -9223372036854775808 AS least, 9007199254740991 AS safe, 'x' AS t";
    const cells = ['9007199254740993', '-9223372036854775808', '9007199254740991'];
    expect((await cli('sql', query)).out).toBe(`big\tleast\tsafe\tt\n${cells.join('\t')}\tx`);
    expect((await cli('sql', query, '--csv')).out).toContain(`\n${cells.join(',')},"x"`);
    expect((await json('sql', query)).rows).toEqual([
      { big: cells[0], least: cells[1], safe: Number(cells[2]), t: 'x' },
    ]);
    const table = await run(folder, ['sql', query, ...at(folder)], {
      terminal: { columns: 100, colour: false, status: () => {} },
    });
    expect(table.out).toContain(cells.join('  '));
    const file = join(folder.path, 'big.parquet');
    const union = 'SELECT 9007199254740993 AS n UNION ALL SELECT 1 ORDER BY n';
    expect((await cli('sql', union, '--parquet', file)).code).toBe(0);
    const { buffer } = new Uint8Array(readFileSync(file));
    expect(await parquetReadObjects({ file: buffer })).toEqual([
      { n: 1n },
      { n: 9007199254740993n },
    ]);
  });

  it('names what was meant in a query, and refuses what it would not ask', async () => {
    const hints: [string, string][] = [
      ['SELECT sorce FROM mentions', 'Did you mean "source"?'],
      ['SELECT * FROM mention', 'Did you mean "mentions"?'],
      ['SELECT 1; DELETE FROM mentions', 'one SELECT at a time'],
    ];
    for (const [query, hint] of hints) {
      const { code, out, err } = await cli('sql', query);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain(hint);
    }
    expect(await cli('sql', "SELECT 'a;b' AS x; -- one\n/* and a */ ;", '--csv')).toMatchObject({
      code: 0,
      out: 'x\n"a;b"',
    });
    const none = await cli('sql', "SELECT day FROM mentions WHERE source = 'acme-revews'");
    expect(none).toMatchObject({ code: 0, err: expect.stringContaining('gives no row') });
  });

  it('lists every view with every column that it has', async () => {
    const { out } = await cli('sql', '--schema');
    for (const view of [
      'mentions',
      'verdicts',
      'daily',
      'promises',
      'incidents',
      'sends',
      'sources',
    ]) {
      expect(out).toContain(`${view}: `);
      const { out: head } = await cli('sql', `SELECT * FROM ${view} LIMIT 0`, '--csv');
      const said = out.split(`\n${view}: `)[1] ?? out.split(`${view}: `)[1] ?? '';
      const listed = said
        .split('\n\n')[0]
        ?.split('\n')
        .slice(1)
        .map((line) => line.trim().split(' ')[0]);
      expect(listed).toEqual(head.split(','));
    }
  });

  it('is exported with the list’s filters; Parquet read back equals the store', async () => {
    const csv = await cli('export', 'broken.csv', '--verdict', 'broken');
    expect(csv.out).toBe('broken.csv: 3 rows of mentions');
    expect(readFileSync(join(folder.path, 'broken.csv'), 'utf8')).toContain(`"'=HYPERLINK`);
    await cli('export', 'all.parquet');
    const bytes = readFileSync(join(folder.path, 'all.parquet'));
    const back = await parquetReadObjects({ file: new Uint8Array(bytes).buffer });
    const listed = await json('mentions', 'list', '--since', 'all');
    const plain = (rows: Record<string, unknown>[]) =>
      rows
        .map(({ id, day, at: time, text, sentiment, verdicts, version, url }) => ({
          id,
          day,
          at: new Date(String(time instanceof Date ? time.toISOString() : time)).toISOString(),
          text,
          sentiment,
          verdicts,
          version,
          url,
        }))
        .toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
    expect(plain(back)).toEqual(plain(listed.rows));
    expect((await cli('export', 'x.xlsx')).code).toBe(2);
  });
});

describe('what is typed wrong', () => {
  it.each([
    [['mentons'], 2, 'Did you mean mentions?'],
    [['promises', '--sinse', '7d'], 2, 'Did you mean --since?'],
    [['promises', '--since', 'last tuesdy'], 2, 'cannot read the time "last tuesdy"'],
    [['promises', '--brand', 'acne'], 4, 'Did you mean "acme"?'],
    [['mentions', 'list', '--promise', 'fats'], 4, 'Did you mean "fast"?'],
    [['mentions', 'list', '--verdict', 'brokn'], 2, 'Did you mean "broken"?'],
    [['mentions', 'list', '--rating', '7'], 2, 'ratings go from 1 to 5'],
    [['mentions', 'list', '--cursor', 'x'], 2, 'not a place that a list printed'],
    [
      ['mentions', 'list', '--since', '2026-11-20', '--until', '2026-11-19'],
      2,
      'no time is in between',
    ],
    [['mentions', 'list', '--csv', '--json'], 2, 'choose one of --json and --csv'],
    [['mentions', 'show', 'ffffffff'], 4, 'Ids are in: promisewatch mentions list'],
    [['mentions', 'show', 'xyz'], 2, 'at least 6'],
    [['mentions', 'relabel', idOf(1)], 2, 'say how you read it'],
    [['incidents', 'show', 'AC-0099'], 4, 'promisewatch incidents list'],
    [['incidents', 'show', 'XX-0001'], 2, 'AC-0001'],
    [['sql'], 2, '--schema'],
    [['mentions', 'list', '--parquet', '--all'], 2, '--all is an option'],
    [['trends', 'fats'], 4, 'Did you mean "fast"?'],
    [['trends', 'fast', '--promise', 'fast'], 2, 'name one promise'],
    [['export', 'x.csv', 'mention'], 4, 'Did you mean "mentions"?'],
  ] as [string[], number, string][])(
    '%j ends with %i and says what was meant',
    async (argv, code, hint) => {
      const answer = await cli(...argv);
      expect(answer).toMatchObject({ code, out: '' });
      expect(answer.err).toContain(hint);
    },
  );

  it('names the next command with the data that this one was about', async () => {
    const hint = (argv: string[]) => cli(...argv).then(({ err }) => err.split('\n').at(-1));
    const place = `--data ${folder.path}`;
    expect(await hint(['incidents', 'show', 'AC-0099'])).toMatch(
      new RegExp(`promisewatch incidents list ${place}$`),
    );
    expect(await hint(['incidents', 'show', 'AC-0099', '--brand', 'acme'])).toMatch(
      new RegExp(`promisewatch incidents list ${place} --brand acme$`),
    );
    const { out } = await cli('incidents', 'show', 'AC-0001');
    const next = /Next: promisewatch (.*)$/.exec(out)?.[1] ?? '';
    expect(next).toBe(`mentions list --promise fast --verdict broken --since 2026-11-18 ${place}`);
    expect((await run(folder, next.split(' '))).out.split('\n')).toHaveLength(3);
  });

  it('names the next command where there is no data', async () => {
    const none = await run(folder, ['promises', '--data', 'nowhere']);
    expect(none).toMatchObject({
      code: 4,
      err: expect.stringContaining('npm start -- --once --data nowhere'),
    });
    const nothing = await run({ path: join(folder.path, 'state') }, ['promises']);
    expect(nothing).toMatchObject({ code: 4, err: expect.stringContaining('--stack') });
  });

  it('names a file that cannot be written, and what is in the way', async () => {
    const files = ['nowhere/x.parquet', 'nowhere/x.csv', 'nowhere/x.html'];
    const [parquet, csv, html] = files.map((file) => join(folder.path, file));
    const wrong = [
      await run(folder, ['mentions', 'list', '--parquet', parquet ?? '', ...at(folder)]),
      await run(folder, ['export', csv ?? '', ...at(folder)]),
      await run(folder, ['ui', '--export', html ?? '', ...at(folder)]),
    ];
    expect(wrong.map(({ code }) => code)).toEqual([2, 2, 2]);
    for (const { err } of wrong)
      expect(err).toContain(
        `cannot be written: there is no folder ${join(folder.path, 'nowhere')}.`,
      );
  });
});

describe('help and completions', () => {
  it('begin with examples', async () => {
    for (const argv of [
      ['mentions'],
      ['mentions', 'list'],
      ['promises'],
      ['trends'],
      ['sql'],
      ['ui'],
      ['incidents', 'ack'],
      ['export'],
    ]) {
      const { out, code } = await run(folder, [...argv, '--help']);
      expect({ code, first: out.trimStart().split('\n')[0] }).toEqual({
        code: 0,
        first: 'Examples:',
      });
    }
  });

  it.each(['bash', 'zsh', 'fish'])('of %s name commands and options', async (shell) => {
    const { out, code } = await run(folder, ['completions', shell]);
    expect(code).toBe(0);
    for (const word of ['mentions', 'relabel', 'promise']) expect(out).toContain(word);
  });
});
