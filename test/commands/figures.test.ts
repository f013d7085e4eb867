import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recount } from '../../src/rollups/recount.ts';
import { acme } from '../fixtures.ts';
import { acmeFolder, idOf, NOW, said } from './acme-folder.ts';
import { aFolder, at, type Folder, run } from './folder.ts';

let folder: Folder;
const cli = (...argv: string[]) => run(folder, [...argv, ...at(folder)]);
const json = async (...argv: string[]) => JSON.parse((await cli(...argv, '--json')).out);
beforeAll(async () => {
  folder = await acmeFolder();
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
