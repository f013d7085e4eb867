import { describe, expect, it } from 'vitest';
import { effectOf } from '../../src/digest/actions.ts';
import { casesBetween } from '../../src/digest/cases.ts';
import { composeDigest } from '../../src/digest/compose.ts';
import { headline, lead } from '../../src/digest/model-words.ts';
import { renderDigest } from '../../src/digest/render.ts';
import { addDays } from '../../src/mentions/day.ts';
import type { Note } from '../../src/rollups/note.ts';
import { everyKind } from './kinds.ts';
import { anInput } from './northbell.ts';
import { DAY, northbell } from './northbell-brand.ts';
import { aCheck, anIncident, rollups } from './northbell-check.ts';
import { mentions } from './northbell-mentions.ts';

describe('what happened after an action', () => {
  const bad = anIncident({ since: addDays(DAY, -15), openedOn: addDays(DAY, -13) });
  const input = (broken: (index: number) => number) => ({
    brand: northbell,
    day: DAY,
    cv: aCheck(anIncident()).cv,
    rollups: rollups((_, index) => broken(index)),
    // Without it the bad days would count as usual ones.
    incidents: [bad],
    outages: [],
  });
  const on = addDays(DAY, -8);
  const effect = (before: number, after: number) =>
    effectOf(
      on,
      'promise:answer-60s',
      input((index) => (index < 47 ? 3 : index < 55 ? before : after)),
    );

  it('is said to be fewer where luck alone would hardly do it', () => {
    expect(effect(14, 2)).toMatchObject({
      change: 'fewer',
      before: { days: 7, observed: 98 },
      after: { days: 7, observed: 14 },
    });
  });

  it('is said to be more, too', () => {
    expect(effect(2, 14).change).toBe('more');
  });

  it('is called luck where it may be that', () => {
    const { change, chance } = effect(4, 3);
    expect(change).toBe('unclear');
    expect(chance).toBeGreaterThan(0.01);
  });

  it('is not compared before three days are over on each side', () => {
    const recent = effectOf(
      addDays(DAY, -2),
      'promise:answer-60s',
      input(() => 3),
    );
    expect(recent).toMatchObject({ change: 'too-early', chance: null, after: { days: 2 } });
  });

  it('is told in the mail without claiming the cause', () => {
    const action = { day: on, text: 'New phone menu rolled back', promise: 'answer-60s' };
    const made = everyKind['weekly-pulse']?.() ?? anInput();
    const model = composeDigest({
      ...made,
      rollups: rollups((_, index) => (index < 47 ? 3 : index < 55 ? 14 : 2)),
      incidents: [bad],
      actions: [action],
    });
    const text = renderDigest(model, mentions).text.replaceAll('\n', ' ');
    expect(text).toContain('New phone menu rolled back');
    expect(text).toContain('Clearly fewer since');
    expect(text).toContain('Whether this was the cause, counts cannot tell.');
  });
});

describe('cases', () => {
  const id = (digit: string) => digit.repeat(32);
  const head = (at: string) => ({
    brand: 'northbell',
    id: `n${at.slice(8, 10)}x`,
    at,
    by: 'ada',
    text: '',
  });
  const step = (at: string, mention: string, step: 'opened' | 'fixed'): Note => ({
    kind: 'case',
    ...head(at),
    mention,
    step,
  });
  const relabel = (at: string, mention: string, aboutUs: boolean | null): Note => ({
    kind: 'relabel',
    ...head(at),
    mention,
    contentHash: 'h',
    day: DAY,
    sentiment: aboutUs === null ? 'neutral' : null,
    verdicts: [],
    aboutUs,
  });
  const day = (date: number) => `2026-11-${String(date).padStart(2, '0')}T10:00:00.000Z`;

  it('are counted since the last digest, each mention once; open ones always', () => {
    const notes = [
      step(day(1), id('a'), 'opened'),
      step(day(2), id('b'), 'opened'),
      step(day(10), id('b'), 'fixed'),
      relabel(day(3), id('c'), false),
      relabel(day(11), id('d'), false),
      relabel(day(12), id('d'), false),
      relabel(day(12), id('e'), null),
      step(day(20), id('f'), 'opened'),
    ];
    expect(casesBetween(notes, day(5), day(15))).toEqual({
      open: 1,
      fixed: 1,
      notAboutUs: 1,
      wrongVerdict: 1,
    });
  });

  it('are not mentioned where nobody did anything', () => {
    expect(casesBetween([], '', day(15))).toBeNull();
  });
});

describe('a pulse about a week in which an incident ended', () => {
  it('does not call it quiet', () => {
    const made = everyKind['weekly-pulse']?.() ?? anInput();
    const over = anIncident({
      state: 'recovered',
      since: addDays(DAY, -12),
      openedOn: addDays(DAY, -10),
      recoveredOn: addDays(DAY, -1),
    });
    const model = composeDigest({ ...made, check: { ...made.check, incidents: [over] } });
    expect(headline(model)).toBe('“We answer within 60 seconds” is back to normal');
    expect(lead(model).join(' ')).toContain('NB-0142, “We answer within 60 seconds”: bad from');
    expect(headline(composeDigest(made))).toContain('A quiet week');
  });

  it.each([
    ['recovered', '“We answer within 60 seconds” is back to normal', 'over now'],
    ['new-normal', '“We answer within 60 seconds” has a new normal', 'the new normal now'],
    ['operator', 'Northbell: incident NB-0142 is closed', 'closed by a person'],
    [
      'ended',
      'Northbell: incident NB-0142 is closed',
      'closed because the promise no longer holds, which is no recovery',
    ],
  ] as const)(
    'says of one that was closed as %s only what is known',
    (closedBecause, title, how) => {
      const made = everyKind['weekly-pulse']?.() ?? anInput();
      const closed = anIncident({
        state: 'closed',
        since: addDays(DAY, -12),
        openedOn: addDays(DAY, -10),
        closedOn: addDays(DAY, -1),
        closedBecause,
      });
      const model = composeDigest({ ...made, check: { ...made.check, incidents: [closed] } });
      expect(headline(model)).toBe(title);
      expect(lead(model).join(' ')).toContain(`, ${how}.`);
    },
  );

  it('names the next Monday', () => {
    const model = composeDigest(everyKind['weekly-pulse']?.() ?? anInput());
    expect(renderDigest(model, mentions).text.replaceAll('\n', ' ')).toContain(
      'The next pulse comes on Monday 23 November',
    );
  });
});
