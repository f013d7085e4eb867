import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays } from '../../src/mentions/day.ts';
import { noCounts } from '../../src/rollups/count.ts';
import { aClassification, acme, aMention, aVerdict } from '../fixtures.ts';
import { aFolder, at, type Folder, run } from './folder.ts';

const NOW = '2026-11-22T20:00:00.000Z';
const LAST = '2026-11-21';
let folder: Folder;
const cli = (...argv: string[]) => run(folder, [...argv, ...at(folder)]);

const id = 'a'.repeat(32);
const text = 'Waited twenty minutes and nobody answered, so I gave up.';

beforeAll(async () => {
  folder = await aFolder([acme], NOW);
  await folder.write(async ({ stores }) => {
    for (let i = 0; i < 70; i++)
      await stores.rollups.save({
        brand: 'acme',
        day: addDays(LAST, i - 69),
        cv: 'cv1',
        seen: 1,
        sources: { 'acme-reviews': { ...noCounts(), mentions: 20, negative: 2, neutral: 18 } },
        employees: {},
      });
    await stores.store.save(
      aMention({ id, identity: id, text, bucketDay: LAST, publishedAt: `${LAST}T09:00:00.000Z` }),
      aClassification({
        sentiment: { label: 'negative', reasons: [] },
        verdicts: [aVerdict({ start: 7, end: 21 })],
      }),
    );
  });
});
afterAll(() => folder.remove());

describe('preview', () => {
  it('writes every kind that the data gives as .html, .txt and .eml, for nobody else to read, and sends nothing', async () => {
    const ran = await cli('preview', '--out', 'digests');
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.out).toContain('Nothing was sent.');
    expect(ran.err).toContain('not written, because nothing of that kind happened: opened');
    const written = join(folder.path, 'digests');
    expect(readdirSync(written).toSorted()).toEqual(
      ['every-negative', 'first-reading', 'weekly-pulse'].flatMap((kind) =>
        ['eml', 'html', 'txt'].map((ending) => `${kind}.${ending}`),
      ),
    );
    expect(statSync(join(written, 'weekly-pulse.html')).mode & 0o077).toBe(0);
    expect(JSON.parse((await cli('sends', '--json')).out).rows).toEqual([]);
  });

  it('writes messages that mail programs can read', async () => {
    await cli('preview', '--out', 'digests');
    const mail = await PostalMime.parse(
      readFileSync(join(folder.path, 'digests', 'every-negative.eml')),
    );
    expect(mail.subject).toBe('Acme: negative mentions');
    expect(mail.html).toContain('twenty minutes');
    expect(mail.text?.replaceAll(/\n> /g, ' ')).toContain(text);
    expect(mail.attachments.map(({ filename }) => filename)).toEqual([`AC-negative-${LAST}.csv`]);
  });

  it('shows the next digest by its subject and file', async () => {
    const { out } = await cli('preview');
    const [kind, , file] = out.split('\n');
    expect(kind).toBe('weekly-pulse: Acme: weekly pulse');
    expect(readFileSync(file ?? '', 'utf8')).toContain('A quiet week for Acme');
    rmSync(dirname(file ?? ''), { recursive: true });
  });

  it.each([
    [['--kind', 'weekly-puls'], 4, 'Did you mean "weekly-pulse"?'],
    [['--to', 'me@acme.example'], 2, '--to needs a stack'],
  ])('%s is refused with what to do', async (flags, code, message) => {
    const ran = await cli('preview', ...flags);
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.err).toContain(message);
  });
});

describe('a case', () => {
  it('is opened, listed, counted in the next digest, fixed, and neither twice', async () => {
    expect(await cli('case', 'open', 'aaaaaaaa', '--note', 'called back')).toMatchObject({
      code: 0,
    });
    expect(await cli('case', 'open', 'aaaaaaaa')).toMatchObject({ code: 4 });
    const { rows } = JSON.parse((await cli('case', 'list', '--json')).out);
    expect(rows).toMatchObject([{ mention: 'aaaaaaaa', by: 'ada', note: 'called back', text }]);
    await cli('preview', '--out', 'digests');
    expect(readFileSync(join(folder.path, 'digests', 'weekly-pulse.txt'), 'utf8')).toContain(
      'Cases of single mentions: 1 open.',
    );
    expect(await cli('case', 'fix', 'aaaaaaaa')).toMatchObject({ code: 0 });
    expect(await cli('case', 'fix', 'aaaaaaaa')).toMatchObject({ code: 4 });
    expect((await cli('case', 'list')).err).toContain('no case is open');
  });
});
