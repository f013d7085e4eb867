import { describe, expect, it } from 'vitest';
import { composeDigest } from '../../src/digest/compose.ts';
import { headline } from '../../src/digest/model-words.ts';
import { renderDigest } from '../../src/digest/render.ts';
import { everyKind } from './kinds.ts';
import { anInput, recoveredInput } from './northbell.ts';
import { DAY, northbell } from './northbell-brand.ts';
import { aCheck, anIncident, aTest } from './northbell-check.ts';
import { aMention, mentions } from './northbell-mentions.ts';

const incidentOf = (input = anInput()) => {
  const first = composeDigest(input).incidents[0];
  if (first === undefined) throw new Error('no incident');
  return first;
};
const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

describe('numbers', () => {
  it('add up: chart, sources and mentions give the count at the top', () => {
    const { figures, chart, sources, voices } = incidentOf();
    expect(figures.observed).toBe(31);
    expect(sum(chart.filter(({ marked }) => marked).map(({ count }) => count))).toBe(31);
    expect(sum(sources.map(({ count }) => count))).toBe(31);
    expect(voices).toEqual({ mentions: 31, authors: 31, unnamed: 0, most: 1, sources: 3 });
  });

  it('of a recovery are those of the last three days, by the frozen baseline', () => {
    const { figures, episode } = incidentOf(recoveredInput());
    expect(figures).toMatchObject({ window: 3, from: '2026-11-18', to: DAY, observed: 8 });
    expect(figures.expected).toBeCloseTo(132 * 0.0697, 6);
    expect(episode).toMatchObject({
      count: 8 + 11 + 12 + 9,
      peak: { day: '2026-11-12', count: 12 },
    });
    expect(episode.lastBadDay).toBe('2026-11-13');
  });

  it('of a follow-up are those that were mailed, and the chart shows the whole incident', () => {
    const { figures, chart, dayNumber } = incidentOf(everyKind['still']?.());
    expect(figures).toMatchObject({ window: 7, observed: 41 });
    expect(chart.filter(({ marked }) => marked)).toHaveLength(10);
    expect(dayNumber).toBe(10);
  });

  it('leave out what the rollups leave out, and the file says so', () => {
    const copy = mentions[0]?.id ?? '';
    const input = anInput({ uncounted: new Map([[copy, 'copy' as const]]) });
    const model = composeDigest(input);
    expect(model.incidents[0]?.voices.mentions).toBe(30);
    expect(model.evidence).toMatchObject({ total: 31, uncounted: 1 });
    const [file] = renderDigest(model, mentions).attachments;
    expect(file?.content.match(/"no, a further copy"/g)).toHaveLength(1);
    expect(file?.content.match(/"yes"/g)).toHaveLength(30);
  });

  it('of an action are counted before and after it', () => {
    const model = composeDigest(everyKind['opened-everything']?.() ?? anInput());
    expect(model.actions).toMatchObject([
      {
        text: 'New phone menu rolled back',
        before: { days: 7, observed: 24 },
        after: { days: 1, observed: 12 },
        change: 'too-early',
      },
    ]);
  });

  it('of employees never enter the customers’', () => {
    const plain = composeDigest(anInput());
    const both = composeDigest(everyKind['opened-everything']?.() ?? anInput());
    expect(both.employees).toMatchObject({
      mentions: 6,
      negative: 3,
      quote: { source: { name: 'Workplace Voices' } },
    });
    expect(both.coverage.mentions).toBe(plain.coverage.mentions);
    expect(both.evidence.mentions.map(({ id }) => id)).not.toContain('e'.repeat(32));
  });
});

describe('quotes', () => {
  it('come from three sources and three authors', () => {
    const { quotes } = incidentOf();
    expect(new Set(quotes.map(({ source }) => source.id)).size).toBe(3);
    expect(quotes).toHaveLength(3);
  });

  it('never come twice from one author, nor from copies', () => {
    const loud = mentions.map((mention) => ({ ...mention, authorHash: 'a'.repeat(32) }));
    expect(incidentOf(anInput({ mentions: loud })).quotes).toHaveLength(1);
    const [first] = mentions;
    const copies = ['1', '2', '3'].map((digit) => ({
      ...(first ?? aMention()),
      id: digit.repeat(32),
      authorHash: digit.repeat(32),
      source: ['reviews', 'forum', 'stars'][Number(digit) - 1] ?? '',
    }));
    expect(incidentOf(anInput({ mentions: copies })).quotes).toHaveLength(1);
  });

  it('are not repeated in a combined mail', () => {
    const model = composeDigest(everyKind['combined']?.() ?? anInput());
    const quoted = model.incidents.flatMap(({ quotes }) => quotes.map(({ mention }) => mention));
    expect(new Set(quoted).size).toBe(quoted.length);
    expect(model.incidents).toHaveLength(3);
  });

  it('of a recovery praise', () => {
    expect(incidentOf(recoveredInput()).quotes).toMatchObject([
      { tone: 'positive', outcome: 'kept', marked: 'someone answered in under a minute' },
    ]);
  });
});

describe('one loud customer', () => {
  const words = (input = anInput()) =>
    renderDigest(composeDigest(input), mentions).text.replaceAll('\n', ' ');

  it('is ruled out by many authors', () => {
    expect(words()).toContain('31 different people in 3 sources, so this is not one loud customer');
  });

  it('is named where one person wrote much of it', () => {
    const loud = mentions.map((mention, index) =>
      index < 15 ? { ...mention, authorHash: 'a'.repeat(32) } : mention,
    );
    expect(words(anInput({ mentions: loud }))).toContain('Take care: one person wrote 15 of them');
  });

  it('cannot be judged where sources name no authors', () => {
    const unnamed = mentions.map((mention) => ({ ...mention, authorHash: null }));
    const text = words(anInput({ mentions: unnamed }));
    expect(text).toContain('name no authors, so we cannot tell how many people');
    expect(text).not.toContain('not one loud customer');
  });
});

describe('a combined mail', () => {
  const input = everyKind['combined']?.() ?? anInput();
  const model = composeDigest(input);

  it('shows what turned first, the rarest before others, and what is over last', () => {
    expect(model.incidents.map(({ ref }) => ref)).toEqual(['NB-0142', 'NB-0143', 'NB-0144']);
    expect(model.further.map(({ ref, kind }) => [ref, kind])).toEqual([['NB-0145', 'recovered']]);
    expect(headline(model)).toBe('“We answer within 60 seconds” is slipping, and 3 more incidents');
  });

  it('is the same whichever of its incidents is named first', () => {
    const also = input.also ?? [];
    const last = also[also.length - 1];
    const turned = composeDigest({
      ...input,
      kind: last?.kind ?? 'opened',
      incident: last?.incident ?? null,
      also: [...also.slice(0, -1), { incident: input.incident ?? anIncident(), kind: 'opened' }],
    });
    expect(turned).toEqual(model);
  });
});

describe('the table of promises', () => {
  it('says in incident, steady, learning or too few, and nothing else', () => {
    const { promises } = composeDigest(anInput());
    expect(promises.map(({ id, status }) => [id, status])).toEqual([
      ['answer-60s', 'in incident'],
      ['first-contact', 'steady'],
      ['callback', 'too few'],
      ['no-script', 'too few'],
    ]);
    expect(promises[0]).toMatchObject({ observed: 41 });
    expect(promises[0]?.days.slice(-3)).toEqual([8, 11, 12]);
    expect(promises[3]?.expected).toBeCloseTo(0.11, 2);
    const { brand, ...input } = anInput();
    const since = (from: string) => ({
      ...brand,
      promises: brand.promises.map((one) => ({ ...one, from })),
    });
    const [, , , fresh] = composeDigest({ ...input, brand: since('2026-11-10') }).promises;
    expect(fresh).toMatchObject({ status: 'learning', expected: null });
  });
});

describe('the sentence about praise that fell', () => {
  const text = (usualCount: number) => {
    const test = aTest({ usualCount });
    const incident = anIncident({ opening: test, lastMailed: test });
    return renderDigest(
      composeDigest(anInput({ incident, check: aCheck(incident) })),
      mentions,
    ).text.replaceAll('\n', ' ');
  };

  it('comes when fewer others wrote, and only then', () => {
    expect(text(24)).toContain(
      'The share rose mainly because the other mentions became fewer: 24 such reports are usual',
    );
    expect(text(9.4)).not.toContain('became fewer');
  });
});

it('names a promise that was removed since by its id', () => {
  const brand = { ...northbell, promises: northbell.promises.slice(1) };
  expect(headline(composeDigest(anInput({ brand })))).toBe('“answer-60s” is slipping');
});
