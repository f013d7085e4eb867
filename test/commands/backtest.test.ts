import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays } from '../../src/mentions/day.ts';
import { aClassification, acme, aMention } from '../fixtures.ts';
import { aFolder, at, type Folder, run } from './folder.ts';

const NOW = '2026-11-22T20:00:00.000Z';
const FIRST = '2026-09-20';
/** From this day on mentions are stored; what is older is in an export only. */
const STORED = 46;
const QUIET = [
  'Lovely people in the shop, everything was explained and the bike is great.',
  'The parcel came in a brown box with a green label on Tuesday afternoon.',
  'Happy with my new contract, a friendly and honest adviser helped me choose.',
  'Does anybody know whether the branch at the station opens on Sundays?',
  'Wonderful service, I would recommend them to all my neighbours any time.',
];
const COMPLAINTS = [
  'Terrible: waited forty minutes on hold and then the line went dead.',
  'Nobody answered my third call this week, an awful company to deal with.',
  'Half an hour of music in the queue, useless support and no answer at all.',
  'Dreadful. I rang on Monday and on Tuesday and the awful hotline never picked up.',
  'I hate this hotline, it took fifty minutes until someone spoke to me.',
  'The worst phone line ever, I gave up after an hour with the robot voice.',
  'My mother waited for two hours on the telephone, that is a disgrace.',
  'Horrible experience, the call was never answered and my money is gone.',
  'Stuck in the waiting loop for twenty-five minutes again, I am so angry.',
  'Pathetic company. They ignored every call of mine for days and I hate them for it.',
];

/** Five quiet mentions a day and a complaint; from the 55th day on ten complaints, for five days. */
function texts(day: number): string[] {
  const bad = day >= 55 && day < 60 ? COMPLAINTS : [COMPLAINTS[day % 10] as string];
  return [...QUIET, ...bad];
}

let folder: Folder;
const cli = (...argv: string[]) => run(folder, ['backtest', ...argv]);

function csv(days: number, from = 0): string {
  const rows = ['id,date,text'];
  for (let day = from; day < days; day++)
    for (const [i, text] of texts(day).entries())
      rows.push(`r${day}-${i},${addDays(FIRST, day)}T10:0${i % 10}:00Z,"${text}"`);
  return `${rows.join('\n')}\n`;
}

beforeAll(async () => {
  folder = await aFolder([acme], NOW);
  writeFileSync(join(folder.path, 'history.csv'), csv(62));
  writeFileSync(join(folder.path, 'older.csv'), csv(STORED));
  writeFileSync(
    join(folder.path, 'promisewatch.yaml'),
    `deploy: { stackName: acme-watch, region: eu-west-1, mailFrom: watch@acme.example, alarmEmail: ops@acme.example }
timeZone: Europe/London
brands:
  - id: acme
    name: Acme
    code: AC
    promises: [{ id: fast, text: We answer within 60 seconds, headline: true }]
    sources: [{ id: acme-reviews, name: Reviews, kind: review, connector: import }]
    recipients: [{ email: team@acme.example }]
`,
  );
  await folder.write(async ({ stores }) => {
    for (let day = STORED; day < 62; day++) {
      for (const [i, text] of texts(day).entries()) {
        const id = `${day}${String(i).padStart(2, '0')}`.padStart(32, '0');
        const time = `${addDays(FIRST, day)}T10:00:00.000Z`;
        const bucketDay = addDays(FIRST, day);
        await stores.store.save(
          aMention({ id, identity: id, text, publishedAt: time, fetchedAt: time, bucketDay }),
          aClassification(),
        );
        await stores.rollups.markDirty('acme', bucketDay, new Date(time));
      }
    }
  });
}, 120_000);
afterAll(() => folder.remove());

const lines = (out: string) => out.split('\n').map((line) => JSON.parse(line));
const export_ = ['--import', 'history.csv', '--source', 'acme-reviews'];

describe('a backtest of mentions', () => {
  it('of an export prints the mails of its past and the alarms, without a stack', async () => {
    const ran = await cli(...export_, '--json');
    expect(ran.err).toContain('count as seen when they were published');
    const printed = lines(ran.out);
    const totals = printed.pop();
    expect(totals.totals).toMatchObject({ brand: 'acme', setting: 'normal', days: 62, alarms: 1 });
    const opened = printed.filter(({ kind }) => kind === 'opened');
    expect(opened).toHaveLength(1);
    expect(opened[0].date >= addDays(FIRST, 56) && opened[0].date <= addDays(FIRST, 60)).toBe(true);
    expect(opened[0].subject).toContain('AC-0001');
  }, 120_000);

  it('writes the mails as pages', async () => {
    const ran = await cli(...export_, '--since', addDays(FIRST, 50), '--open');
    const address = /open (file:\S+)/.exec(ran.err)?.[1] ?? '';
    const index = readFileSync(new URL(address), 'utf8');
    expect(index).toContain('opened.html');
    const pages = readdirSync(new URL('.', address));
    expect(pages.filter((name) => /opened\.(html|txt)$/.test(name))).toHaveLength(2);
    expect(ran.out).toMatch(/\d+ mails? and 1 alarm in 12 daily checks of \d+ mentions/);
  }, 120_000);

  it('takes an export as the baseline of what is stored', async () => {
    const openingMail = async (...flags: string[]) => {
      const printed = lines((await cli('--json', '--open', ...flags, ...at(folder))).out);
      expect(printed.at(-1).totals).toMatchObject({ days: 62 - STORED, alarms: 1 });
      const { date, file } = printed.find(({ kind }) => kind === 'opened');
      return { date, text: readFileSync(file.replace(/html$/, 'txt'), 'utf8') };
    };
    const older = ['--import', 'older.csv', '--source', 'acme-reviews'];
    const known = await openingMail(...older, '--since', addDays(FIRST, STORED));
    expect(known.date).toBe(addDays(FIRST, 56));
    expect(known.text).not.toMatch(/day \d+ of 28/);
    const learning = await openingMail();
    expect(learning.date > known.date).toBe(true);
    expect(learning.text).toMatch(/day \d+ of 28/);
  }, 120_000);

  it('of an export without a usable row says so', async () => {
    writeFileSync(join(folder.path, 'bad.csv'), 'date,text\nyesterday,hello there\n');
    const ran = await cli('--import', 'bad.csv', '--source', 'acme-reviews');
    expect(ran).toMatchObject({ code: 4, out: '' });
    expect(ran.err).toContain('bad.csv:2  "yesterday" is no date that can be read');
    expect(ran.err).toContain('bad.csv has no mention that can be replayed.');
  });

  it.each([
    [['--import', 'nowhere.csv', '--source', 'acme-reviews'], 'nowhere.csv is not there'],
    [['--import', 'history.csv', '--source', 'acme-review'], 'Did you mean "acme-reviews"?'],
    [['--import', 'history.csv'], 'say with --source'],
    [[...export_, '--since', 'sometime'], 'cannot read the time "sometime"'],
    [[...export_, '--since', '2026-11-22'], 'begin earlier with --since'],
    [['--rollups', 'x.jsonl', '--open'], 'counts have no mails'],
  ])(
    '%j is refused: %s',
    async (flags, message) => {
      const ran = await cli(...flags);
      expect(ran).toMatchObject({ code: 2, out: '' });
      expect(ran.err).toContain(message);
    },
    60_000,
  );
});

describe('a backtest of counts', () => {
  const row = { brand: 'b', source: 's', day: '2026-01-05', mentions: 3, negative: 1 };
  const file = async (...rows: unknown[]) => {
    const text = rows.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
    writeFileSync(join(folder.path, 'rows.jsonl'), text.join('\n'));
    return cli('--rollups', 'rows.jsonl', '--json');
  };

  it('names wrong rows by line, rule and remedy, and replays nothing', async () => {
    const ran = await file(row, '{', { ...row, negative: 4 }, { ...row, day: '2026-02-30' });
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toMatch(/rows\.jsonl:2 {2}is not one JSON object: a row is/);
    expect(ran.err).toMatch(/rows\.jsonl:3 {2}negative is more than mentions: a row is/);
    expect(ran.err).toMatch(/rows\.jsonl:4 {2}day is a day like 2026-03-01: a row is/);
    expect(ran.err).toContain('3 of 4 rows are wrong. Mend them or leave them out');
  });

  it('reads a file that begins with a byte order mark, and names the brand of an incident', async () => {
    const rows = Array.from({ length: 80 }, (_, i) => ({
      ...row,
      day: addDays('2026-01-05', i),
      mentions: 30,
      negative: i === 70 ? 20 : 3,
    }));
    const text = rows.map((one) => JSON.stringify(one)).join('\r\n');
    writeFileSync(join(folder.path, 'bom.jsonl'), `\uFEFF${text}\r\n`);
    const ran = await cli('--rollups', 'bom.jsonl');
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toMatch(
      /^2026-03-16 {2}b {2}brand {2}20 in 1 day where 3\.\d are usual \(1 in 10,000 or rarer\)/,
    );
  });

  it('says once which field it does not read, and takes null for absent', async () => {
    const ran = await file({ ...row, promise: null, seen_on: 'x' }, { ...row, seen_on: 'y' });
    expect(ran.code).toBe(0);
    expect(ran.err.split('\n')).toEqual([expect.stringContaining('"seen_on" is not read')]);
    expect(lines(ran.out)[0].totals).toMatchObject({ rows: 2, days: 1 });
  });

  it('asks about years that lie too far apart', async () => {
    const ran = await file(row, { ...row, day: '0226-01-05' });
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.err).toContain('is a year mistyped?');
  });
});
