import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acmeFolder, idOf } from './acme-folder.ts';
import { at, type Folder, run } from './folder.ts';

let folder: Folder;
const cli = (...argv: string[]) => run(folder, [...argv, ...at(folder)]);
beforeAll(async () => {
  folder = await acmeFolder();
});
afterAll(() => folder.remove());

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
