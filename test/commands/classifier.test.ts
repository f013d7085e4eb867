import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readProjectRows } from '../../src/classification/project-files.ts';
import { registerOf } from '../../src/classification/promises.ts';
import { suggestExclusions } from '../../src/mentions/exclusions.ts';
import { recount } from '../../src/rollups/recount.ts';
import { classifier } from '../classification/assets.ts';
import { aClassification, acme, aMention } from '../fixtures.ts';
import { aFolder, at, type Folder, run } from './folder.ts';

const NOW = '2026-11-22T10:00:00.000Z';
const DAY = '2026-11-20';
let folder: Folder;
const cli = (...argv: string[]) => run(folder, [...argv, ...at(folder)]);
const json = async (...argv: string[]) => JSON.parse((await cli(...argv, '--json')).out);

const idOf = (n: number) => n.toString(16).padStart(4, '0').padEnd(32, 'a');
const unreadable = (label: 'unclassified' | 'unsupported', reason: string) =>
  aClassification({ sentiment: { label, reason, reasons: [] }, verdicts: [] });
const unsure = aClassification({
  sentiment: {
    label: 'neutral',
    probabilities: { negative: 0.34, neutral: 0.36, positive: 0.3 },
    reasons: [],
  },
  verdicts: [],
});

const SAID = [
  ['They answered after forty minutes of waiting, and nobody said sorry.', aClassification()],
  ['Acme Hockey won again, what a night in the stadium of our town.', unsure],
  [
    'Alles wunderbar, gerne wieder beim naechsten Mal.',
    unreadable('unsupported', 'no model for de'),
  ],
  [
    'Something odd happened to this text on its way to us.',
    unreadable('unclassified', 'RangeError: too long'),
  ],
  ['The people at Acme answered at once, which was lovely of them.', aClassification()],
] as const;

beforeAll(async () => {
  folder = await aFolder([acme], NOW);
  await folder.write(async ({ stores }) => {
    for (const [n, [text, classification]] of SAID.entries()) {
      const verdicts = classification.verdicts.map((verdict) => ({
        ...verdict,
        quote: text.slice(0, 4),
        start: 0,
        end: 4,
      }));
      const mention = aMention({
        id: idOf(n),
        identity: `said ${n}`,
        lang: n === 2 ? 'de' : 'en',
        text,
        publishedAt: `${DAY}T0${n}:30:00.000Z`,
        fetchedAt: `${DAY}T0${n}:30:00.000Z`,
        bucketDay: DAY,
      });
      await stores.store.save(mention, { ...classification, verdicts });
    }
    await stores.rollups.markDirty('acme', DAY, new Date('2026-11-21T20:00:00Z'));
    await recount(new Date(NOW), stores);
  });
});
afterAll(() => folder.remove());

describe('what could not be judged', () => {
  it.each([
    ['unclassified', 3, 'RangeError: too long'],
    ['unsupported', 2, 'no model for de'],
  ])('is listed as %s, and shown with the reason', async (label, n, reason) => {
    const { rows } = await json('mentions', 'list', '--sentiment', label);
    expect(rows).toMatchObject([{ id: idOf(n), sentiment: label, counted: label }]);
    expect((await cli('mentions', 'show', idOf(n).slice(0, 8))).out).toContain(reason);
  });
});

describe('relabels', () => {
  it('are compared with what the classifier says, by source', async () => {
    await cli('mentions', 'relabel', idOf(0).slice(0, 8), '--sentiment', 'negative');
    await cli(
      'mentions',
      'relabel',
      idOf(0).slice(0, 8),
      '--promise',
      'fast',
      '--verdict',
      'broken',
    );
    await cli('mentions', 'relabel', idOf(4).slice(0, 8), '--sentiment', 'positive');
    await cli('mentions', 'relabel', idOf(4).slice(0, 8), '--promise', 'fast', '--verdict', 'none');
    const { rows } = await json('mentions', 'quality');
    const expected = {
      mentions: 5,
      unclassified: 0.2,
      unsupported: 0.2,
      unsure: 0.2,
      relabelled: 2,
      sentimentAgreement: 0.5,
      verdictAgreement: 0.5,
    };
    expect(rows).toMatchObject([
      { source: 'acme-reviews', ...expected },
      { source: null, ...expected },
    ]);
  });

  it('move the stored counts at the next recount', async () => {
    const counted = await folder.write(async ({ stores }) => {
      await recount(new Date('2026-11-22T14:00:00.000Z'), stores);
      return stores.rollups.between('acme', DAY, DAY);
    });
    expect(counted[0]?.sources['acme-reviews']).toMatchObject({
      negative: 1,
      positive: 1,
      promises: { fast: { broken: 1 } },
    });
  });

  it('that say "not about us" offer words to exclude, which no mention about the brand has', async () => {
    const { err } = await cli('mentions', 'relabel', idOf(1).slice(0, 8), '--not-about-us');
    expect(err).toContain('add one of these under "exclude:" of acme');
    expect(err).toContain('"acme hockey"');
    expect(err).not.toContain('"at acme"');
  });

  it('are written as rows that the evaluation reads', async () => {
    const { out, code } = await cli('export', 'relabels.jsonl', '--relabels');
    expect([code, out]).toEqual([0, 'relabels.jsonl: 2 rows']);
    const file = readFileSync(join(folder.path, 'relabels.jsonl'), 'utf8');
    expect(readProjectRows(file, 'relabels.jsonl')).toMatchObject([
      { t: SAID[0][0], y: 'negative', labels: [{ promise: 'fast', outcome: 'broken' }] },
      { t: SAID[4][0], y: 'positive', labels: [] },
    ]);
    expect((await cli('export', 'relabels.csv', '--relabels')).code).toBe(2);
  });
});

describe('words to exclude', () => {
  const names = { name: 'Acme', aliases: ['ACM'] };

  it('are those that hide most', () => {
    const wrong = ['I saw Acme Hockey.', 'acme hockey again', 'An Acme anvil fell.'];
    expect(suggestExclusions(names, wrong, ['I called Acme yesterday'])).toEqual([
      { phrase: 'acme hockey', hides: 2 },
      { phrase: 'an acme', hides: 1 },
      { phrase: 'saw acme', hides: 1 },
    ]);
  });

  it('are none where the name is missing, stands alone, or means the brand elsewhere', () => {
    expect(suggestExclusions(names, ['nothing of it'], [])).toEqual([]);
    expect(suggestExclusions(names, ['Acme.', 'ACM!'], [])).toEqual([]);
    expect(suggestExclusions(names, ['Acme shop'], ['the acme shop was closed'])).toEqual([]);
  });
});

describe('reclassify on the command line', () => {
  it('judges what is stored by the promises in force, once', async () => {
    const version = classifier.version(registerOf(acme));
    const { brands } = await json('reclassify');
    expect(brands).toMatchObject([{ brand: 'acme', from: 'cv1', to: version, finished: true }]);
    expect(brands[0].mentions).toBe(SAID.length);
    const { rows } = await json('mentions', 'list');
    expect(rows.find(({ id }: { id: string }) => id === idOf(2))?.counted).toBe('unsupported');
    // What a person said still holds.
    expect(rows.find(({ id }: { id: string }) => id === idOf(4))?.sentiment).toBe('positive');
    expect((await cli('reclassify')).out).toContain('every mention is judged by');
  });
});

describe('promises compile', () => {
  const file = (promise: string) => {
    writeFileSync(
      join(folder.path, 'promises.yaml'),
      `deploy: { region: eu-west-1, mailFrom: a@acme.example, alarmEmail: a@acme.example }
brands:
  - { id: acme, name: Acme, code: AC, promises: [{ id: one, text: ${promise} }] }
`,
    );
    return ['--config', 'promises.yaml'];
  };

  it('shows what a promise is judged by, with ten verdicts', async () => {
    const { out, code } = await run(folder, [
      'promises',
      'compile',
      ...file('Refunds within 5 days'),
    ]);
    expect(code).toBe(0);
    expect(out).toMatch(/dimensions {2}resolution/);
    expect(out).toMatch(/threshold {3}5 days/);
    expect(out.match(/^ {4}(exceeded|kept|broken|unclear) /gm)).toHaveLength(10);
  });

  it('refuses what nobody could see kept, with what to write instead; so does config check', async () => {
    const compiled = await run(folder, [
      'promises',
      'compile',
      '--json',
      ...file('World-class service'),
    ]);
    expect(compiled.code).toBe(5);
    expect(JSON.parse(compiled.out).brands[0]).toMatchObject({
      promises: [{ promise: 'one', judgeable: false, examples: [] }],
      findings: [{ kind: 'unjudgeable', suggestion: expect.stringContaining('Write what') }],
    });
    const checked = await run(folder, ['config', 'check', ...file('World-class service')]);
    expect(checked.code).toBe(2);
    expect(checked.err).toMatch(/promises\.yaml:3:\d+ {2}brands\.0\.promises\.0\.text.*Write what/);
  });
});
