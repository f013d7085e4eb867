import { describe, expect, it } from 'vitest';
import { DIMENSIONS } from '../../src/brands/brand.ts';
import { SIGNALS } from '../../src/classification/signals.ts';
import { steadyNote, tooFewNote } from '../../src/digest/closing-words.ts';
import { composeDigest } from '../../src/digest/compose.ts';
import { blindness } from '../../src/digest/coverage-words.ts';
import type { DigestModel } from '../../src/digest/digest.ts';
import { evidenceWords } from '../../src/digest/model-words.ts';
import { dimensionName, signalName } from '../../src/digest/plain-names.ts';
import { renderDigest } from '../../src/digest/render.ts';
import { everyKind } from './kinds.ts';
import { anInput } from './northbell.ts';

const model = () => composeDigest(anInput());
const made = (kind: string): DigestModel => {
  const make = everyKind[kind];
  if (make === undefined) throw new Error(`there is no ${kind}`);
  return composeDigest(make());
};

describe('names in a mail', () => {
  it('are words for every part of the experience and every signal, never their ids', () => {
    const names = [...DIMENSIONS.map(dimensionName), ...SIGNALS.map(signalName)];
    expect(names.filter((name) => !/^[A-Z][a-z -]+$/.test(name))).toEqual([]);
    expect(names.filter((name) => /touchpoint|stage|claim|intent/i.test(name))).toEqual([]);
    expect(signalName('of-another-version')).toBe('Of another version');
  });
});

describe('the picture of a mail', () => {
  it('is said to lack what cannot be read and what fell silent, each by its name', () => {
    expect(blindness(made('opened-everything'))).toBe(
      'Part of the picture is missing: Out of Reach cannot be read; Quiet Corner has fallen silent (see “What was read” below).',
    );
    expect(blindness(model())).toBeNull();
  });

  it('names three sources of a kind at most and counts the others', () => {
    const base = model();
    const [row] = base.coverage.sources;
    if (row === undefined) throw new Error('the example has sources');
    const sources = ['A', 'B', 'C', 'D', 'E'].map((name) => ({
      ...row,
      name,
      state: 'silent' as const,
    }));
    expect(blindness({ ...base, coverage: { ...base.coverage, sources } })).toContain(
      'A, B, C and 2 more have fallen silent (',
    );
  });
});

it.each([
  [1, 'The mention'],
  [2, 'Both mentions'],
  [3, 'All 3 mentions'],
])('a file of %i is announced as "%s"', (rows, words) => {
  const { evidence, ...rest } = model();
  const mentions = evidence.mentions.slice(0, rows);
  expect(evidenceWords({ ...rest, evidence: { ...evidence, mentions, total: rows } })[0]).toBe(
    words,
  );
});

describe('a promise that is steady after bad days', () => {
  const row = (observed: number, expected: number | null, status: 'steady' | 'in incident') => ({
    id: 'answer-60s',
    text: 'We answer within 60 seconds',
    observed,
    expected,
    days: [0],
    status,
  });

  it.each([
    ['far over the usual', row(18, 4.9, 'steady'), true],
    ['a little over it', row(6, 2.8, 'steady'), false],
    ['without a usual', row(18, null, 'steady'), false],
    ['in an incident', row(18, 4.9, 'in incident'), false],
  ])('%s', (_, promise, explained) => {
    expect(steadyNote([promise]) !== null).toBe(explained);
  });
});

it('a promise with too few mentions for a status is explained in both parts, and only then', () => {
  const input = anInput();
  const { html, text } = renderDigest(composeDigest(input), input.mentions);
  for (const part of [html, text])
    expect(part.replaceAll(/\s+/g, ' ').split('fewer than 10 mentions in 28 days')).toHaveLength(2);
  const others = model().promises.filter(({ status }) => status !== 'too few');
  expect(tooFewNote(others)).toBeNull();
});

it('tells the pulse in the same order in both parts: promises, then what was heard', () => {
  const input = everyKind['weekly-pulse']?.();
  if (input === undefined) throw new Error('there is no pulse');
  const { html, text } = renderDigest(composeDigest(input), input.mentions);
  const order = (page: string, ...titles: string[]) =>
    titles.map((title) => page.toLowerCase().indexOf(title));
  const places = [
    order(html, 'all your promises', 'heard this week'),
    order(text, 'all promises', 'heard this week'),
  ];
  for (const [promises = -1, heard = -1] of places) {
    expect(promises).toBeGreaterThan(0);
    expect(heard).toBeGreaterThan(promises);
  }
});
