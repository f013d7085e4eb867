import { describe, expect, it } from 'vitest';
import { Recipient } from '../../src/brands/brand.ts';
import { planDigests } from '../../src/checks/digest-plans.ts';
import { composeDigest } from '../../src/digest/compose.ts';
import { isOpen, wants } from '../../src/digest/open-hours.ts';
import { incidentInScope, scopeKey } from '../../src/digest/recipient-scope.ts';
import { renderDigest } from '../../src/digest/render.ts';
import { everyKind } from './kinds.ts';
import { anInput } from './northbell.ts';
import { northbell } from './northbell-brand.ts';
import { aCheck, anIncident } from './northbell-check.ts';
import { mentions } from './northbell-mentions.ts';

const person = (only: object = {}) => Recipient.parse({ email: 'a@northbell.example', ...only });
const row = (kind: string, only: object = {}) => ({ kind, serious: false, ...only });

describe('the level', () => {
  it.each([
    ['all', 'opened', false, true],
    ['all', 'weekly-pulse', false, false],
    ['all', 'first-reading', false, true],
    ['serious', 'opened', false, false],
    ['serious', 'opened', true, true],
    ['serious', 'recovered', true, true],
    ['serious', 'first-reading', false, false],
    ['weekly', 'opened', true, false],
    ['weekly', 'weekly-pulse', false, true],
    ['none', 'opened', true, false],
    ['none', 'first-reading', false, false],
  ])('%s and a digest of kind %s, serious %s: %s', (level, kind, serious, wanted) => {
    expect(wants(person({ level }), row(kind, { serious }))).toBe(wanted);
  });

  it('may have the pulse and the daily list beside incidents, but not without a level', () => {
    const keen = { weeklyPulse: true, everyNegative: true };
    for (const kind of ['weekly-pulse', 'every-negative']) {
      expect(wants(person(keen), row(kind))).toBe(true);
      expect(wants(person({ ...keen, level: 'none' }), row(kind))).toBe(false);
    }
  });
});

describe('quiet hours', () => {
  const nine = { hours: { from: '09:00', to: '18:00' }, timeZone: 'Europe/London' };
  const at = (time: string) => new Date(time);

  it.each(['opened', 'recovered', 'weekly-pulse'])('hold for %s as for every kind', (kind) => {
    const open = (time: string) =>
      isOpen(person(nine), 'UTC', at(time), row(kind).serious) && kind !== '';
    expect(open('2026-03-29T07:59:00Z')).toBe(false);
    // Clocks went forward that night: nine o'clock is an hour earlier.
    expect(open('2026-03-29T08:00:00Z')).toBe(true);
    expect(open('2026-03-28T08:59:00Z')).toBe(false);
  });

  it('are broken by what is serious, if the person said so', () => {
    const night = at('2026-03-28T23:59:00Z');
    expect(isOpen(person({ ...nine, seriousAnyTime: true }), 'UTC', night, true)).toBe(true);
    expect(isOpen(person({ ...nine, seriousAnyTime: true }), 'UTC', night, false)).toBe(false);
    expect(isOpen(person(nine), 'UTC', night, true)).toBe(false);
  });
});

describe('the scope', () => {
  const answers = { promises: ['answer-60s'], sources: [] };
  const forum = { promises: [], sources: ['forum'] };

  it('is the same in whatever order it is written', () => {
    expect(scopeKey({ promises: ['a', 'b'], sources: ['c'] })).toBe(
      scopeKey({ promises: ['b', 'a'], sources: ['c'] }),
    );
    expect(scopeKey({ promises: ['a'], sources: [] })).not.toBe(
      scopeKey({ promises: [], sources: ['a'] }),
    );
  });

  it('takes an incident in by any of its series', () => {
    const incident = anIncident({ alsoFired: ['pair:answer-60s@forum'] });
    expect(incidentInScope(incident, answers)).toBe(true);
    expect(incidentInScope(incident, forum)).toBe(true);
    expect(incidentInScope(incident, { promises: ['callback'], sources: ['reviews'] })).toBe(false);
  });

  it('gives one digest to each person: their own, or the one about everything where theirs was not thought of', () => {
    const key = scopeKey(answers) ?? '';
    const whole = row('opened', { scopes: [key] });
    const narrow = row('opened', { scope: key });
    expect(wants(person(), whole)).toBe(true);
    expect(wants(person(), narrow)).toBe(false);
    expect(wants(person({ scope: answers }), whole)).toBe(false);
    expect(wants(person({ scope: answers }), narrow)).toBe(true);
    expect(wants(person({ scope: forum }), whole)).toBe(true);
    expect(wants(person({ scope: forum }), narrow)).toBe(false);
  });

  it('makes a digest of its own for those it concerns, and none for the others', () => {
    const incident = anIncident();
    const check = aCheck(incident, {
      events: [{ kind: 'opened', number: incident.number, day: incident.openedOn }],
    });
    const brand = {
      ...northbell,
      recipients: [person(), person({ scope: answers }), person({ scope: forum })],
    };
    const plans = planDigests(brand, check, 'not-yet');
    expect(plans.map(({ key }) => key)).toEqual([
      'NB-0142#opened#1',
      `NB-0142#opened#1#${scopeKey(answers)}`,
    ]);
    expect(plans[0]?.scopes).toEqual([scopeKey(answers), scopeKey(forum)].toSorted());
  });

  it('narrows the table, the sources, the quotes and the counts of a pulse, and the mail says so', () => {
    const input = everyKind['weekly-pulse']?.() ?? anInput();
    const model = composeDigest({
      ...input,
      scope: { promises: ['callback'], sources: ['forum'] },
    });
    expect(model.promises.map(({ id }) => id)).toEqual(['callback']);
    expect(model.coverage.sources.map(({ source }) => source)).toEqual(['forum']);
    expect(model.coverage.mentions).toBeLessThan(composeDigest(input).coverage.mentions);
    expect(model.quotes.every(({ source }) => source.id === 'forum')).toBe(true);
    expect(renderDigest(model, mentions).text.replaceAll('\n', ' ')).toContain(
      'Only what concerns “A callback within two hours” and Talkyard is in this mail',
    );
  });
});
