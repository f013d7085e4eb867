import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/read.ts';
import { run } from './cloud.ts';
import { keyboard } from './keyboard.ts';

const folders: string[] = [];
let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'promisewatch-init-'));
  folders.push(cwd);
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const ANSWERS = [
  'Northbell: "Café" & Co',
  'No hidden fees: ever',
  'https://reviews.example/northbell.rss',
  'team@northbell.example',
  'watch@northbell.example',
  '',
  'eu-west-2',
  'Europe/London',
];
const written = () => readConfig(readFileSync(join(cwd, 'promisewatch.yaml'), 'utf8'));

describe('init', () => {
  it('writes a valid file from eight answers, whatever signs they hold', async () => {
    const { code, out, err } = await run(['init'], { cwd, outside: keyboard(ANSWERS) });
    expect([code, out]).toEqual([0, 'promisewatch.yaml is written.']);
    expect(err).toContain('promisewatch deploy');
    const read = written();
    expect(read.status === 'ok' && read.config).toMatchObject({
      deploy: { region: 'eu-west-2', alarmEmail: 'team@northbell.example' },
      brands: [
        {
          name: 'Northbell: "Café" & Co',
          code: 'NCC',
          promises: [{ text: 'No hidden fees: ever' }],
          recipients: [{ email: 'team@northbell.example' }],
        },
      ],
    });
  });

  it('asks again after an answer that cannot be used, and says why', async () => {
    const answers = ANSWERS.toSpliced(2, 0, 'http://reviews.example/plain.rss');
    const { code, err } = await run(['init'], { cwd, outside: keyboard(answers) });
    expect(code).toBe(0);
    expect(err).toContain('"http://reviews.example/plain.rss" is not an https address');
    expect(written().status).toBe('ok');
  });

  it('writes nothing when the answers end early', async () => {
    const { code, err } = await run(['init'], { cwd, outside: keyboard(ANSWERS.slice(0, 3)) });
    expect([code, err]).toEqual([2, 'the answers ended early. Nothing was written.']);
    expect(() => written()).toThrow('ENOENT');
  });

  it('replaces the shipped example, but an edited file only with --force', async () => {
    const file = join(cwd, 'promisewatch.yaml');
    writeFileSync(file, readFileSync(join(import.meta.dirname, '..', '..', 'promisewatch.yaml')));
    const first = await run(['init'], { cwd, outside: keyboard(ANSWERS) });
    const second = await run(['init'], { cwd, outside: keyboard(ANSWERS) });
    const third = await run(['init', '--force'], { cwd, outside: keyboard(ANSWERS) });
    expect([first.code, second.code, third.code]).toEqual([0, 2, 0]);
    expect(second.err).toContain('Nothing was written. Add --force');
  });

  it('takes the shipped example for edited as soon as one line of it was', async () => {
    const shipped = readFileSync(
      join(import.meta.dirname, '..', '..', 'promisewatch.yaml'),
      'utf8',
    );
    const edited = shipped.replace('name: Example\n', 'name: Northbell\n');
    writeFileSync(join(cwd, 'promisewatch.yaml'), edited);
    const { code } = await run(['init'], { cwd, outside: keyboard(ANSWERS) });
    expect(code).toBe(2);
    expect(readFileSync(join(cwd, 'promisewatch.yaml'), 'utf8')).toBe(edited);
  });

  it('says in plain words what is wrong, and refuses what config check would refuse', async () => {
    const answers = ANSWERS.toSpliced(1, 0, 'We').toSpliced(3, 0, 'https://localhost/feed');
    const { code, err } = await run(['init'], { cwd, outside: keyboard(answers) });
    expect(code).toBe(0);
    expect(err).toContain('"We" needs at least 3 characters');
    expect(err).toContain('"https://localhost/feed" is a name of a private network');
    expect(written().status).toBe('ok');
  });

  it('asks nothing where it could not write', async () => {
    const outside = keyboard(ANSWERS);
    const { code, err } = await run(['init', '--config', 'none/acme.yaml'], { cwd, outside });
    expect([code, outside.asked]).toEqual([2, []]);
    expect(err).toContain('there is no folder');
  });

  it('drops accents from ids and codes, and nothing else', async () => {
    const outside = keyboard(ANSWERS.with(0, 'Zürich Bäckerei'));
    await run(['init'], { cwd, outside });
    const read = written();
    expect(read.status === 'ok' && read.config.brands[0]).toMatchObject({
      id: 'zurich-backerei',
      code: 'ZB',
    });
  });

  it('makes usable ids and codes of any name', async () => {
    for (const brand of ['X', '東京', '3M', 'a b c d e f', '---']) {
      const { code } = await run(['init', '--force'], {
        cwd,
        outside: keyboard(ANSWERS.with(0, brand)),
      });
      expect([brand, code, written().status]).toEqual([brand, 0, 'ok']);
    }
  });
});
