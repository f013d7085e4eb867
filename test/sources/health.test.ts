import { describe, expect, it } from 'vitest';
import { CONNECTOR_FAILURES } from '../../src/sources/connectors/failures.ts';
import { FEED_FAILURES } from '../../src/sources/feed/feed.ts';
import { FETCH_FAILURES } from '../../src/sources/fetch/failures.ts';
import { healthOf, readingOf } from '../../src/sources/health.ts';
import { SourceState } from '../../src/sources/source-state.ts';
import { aState } from './states.ts';

const now = new Date('2026-10-20T12:00:00.000Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();
const failing = (code: string, failures: number, days: number) =>
  aState({
    failures,
    failingSince: daysAgo(days),
    problem: { code, message: 'What is wrong.', remedy: 'What to do.' },
  });

describe('the health of a source', () => {
  it('is ok after a read that brought something within a week', () => {
    expect(healthOf(aState(), now)).toEqual({ state: 'ok', since: null, problem: null });
  });

  it('is waiting before its first read has ended', () => {
    expect(healthOf(aState({ lastReadAt: null, lastNewAt: null }), now).state).toBe('waiting');
  });

  it('is quiet when it is read and has had nothing new for a week', () => {
    expect(healthOf(aState({ lastNewAt: daysAgo(8) }), now)).toEqual({
      state: 'quiet',
      since: daysAgo(8),
      problem: null,
    });
    expect(healthOf(aState({ lastNewAt: null }), now).state).toBe('quiet');
  });

  it('is never quiet or ok when it was due an hour ago and nobody read it', () => {
    const state = aState({ nextDueAt: '2026-10-20T10:59:00.000Z', lastNewAt: daysAgo(8) });
    expect(healthOf(state, now)).toMatchObject({
      state: 'failing',
      since: '2026-10-20T10:59:00.000Z',
      problem: { code: 'READ_IS_OLD' },
    });
  });

  it('is suspect after three answers without items where there were some', () => {
    expect(healthOf(aState({ emptyReads: 2 }), now).state).toBe('ok');
    expect(healthOf(aState({ emptyReads: 3 }), now)).toMatchObject({
      state: 'suspect-empty',
      problem: { code: 'EMPTY_AFTER_ITEMS' },
    });
  });

  it.each([
    ['SERVER_ERROR', 40, 20, 'failing'],
    ['TOTAL_TIMEOUT', 1, 0, 'failing'],
    ['RATE_LIMITED', 40, 20, 'blocked'],
    ['HOST_PAUSED', 0, 0, 'blocked'],
    ['FORBIDDEN', 2, 1, 'blocked'],
    ['FORBIDDEN', 3, 1, 'needs-attention'],
    ['UNAUTHORIZED', 3, 1, 'needs-attention'],
    ['KEY_REFUSED', 2, 1, 'failing'],
    ['KEY_REFUSED', 3, 1, 'needs-attention'],
    ['NOT_FOUND', 30, 2.9, 'failing'],
    ['NOT_FOUND', 30, 3, 'needs-attention'],
    ['FEED_OUTAGE', 300, 29, 'failing'],
    ['FEED_OUTAGE', 300, 30, 'needs-attention'],
    ['GONE', 1, 0, 'needs-attention'],
    ['SECRET_MISSING', 1, 0, 'needs-attention'],
    ['ADDRESS_NOT_ALLOWED', 1, 0, 'needs-attention'],
    ['SUSPECT_EMPTY', 50, 12, 'suspect-empty'],
    ['HTML_NOT_FEED', 2, 0, 'failing'],
    ['HTML_NOT_FEED', 3, 0, 'needs-attention'],
  ])('after %s, %i times in %d days, is %s', (code, failures, days, state) => {
    expect(healthOf(failing(code, failures, days), now)).toMatchObject({
      state,
      since: daysAgo(days),
      problem: { code, remedy: 'What to do.' },
    });
  });

  it('tells a part that could not be read although the rest was', () => {
    const problem = { code: 'SUSPECT_EMPTY', message: 'Storefront de: …', remedy: 'Wait.' };
    expect(healthOf(aState({ problem }), now)).toMatchObject({ state: 'suspect-empty', problem });
  });

  it('is never ok or quiet with any failure that there is', () => {
    const codes = [FETCH_FAILURES, FEED_FAILURES, CONNECTOR_FAILURES].flatMap((table) =>
      Object.keys(table),
    );
    for (const code of codes)
      for (const failures of [0, 1, 100])
        expect(['ok', 'quiet', 'waiting']).not.toContain(
          healthOf(failing(code, failures, failures), now).state,
        );
    expect(codes.length).toBeGreaterThan(35);
  });

  it('can be read from a state that was stored before there were cursors', () => {
    const { cursor: _c, intervalMinutes: _i, ...older } = aState();
    expect(SourceState.parse(older)).toEqual(aState({ intervalMinutes: null }));
  });
});

describe('what is told about the reads of a source', () => {
  const a = { id: 'a', name: 'A' };

  it('is nothing but its last read while it is read as planned', () => {
    expect(readingOf(a, aState(), now)).toEqual({
      source: 'a',
      name: 'A',
      lastReadAt: '2026-10-20T11:30:00.000Z',
      items: 20,
      failingSince: null,
      reason: null,
    });
  });

  it.each([
    ['SERVER_ERROR', 1, 1, 'What is wrong.'],
    ['RATE_LIMITED', 1, 1, 'What is wrong.'],
    ['GONE', 1, 1, 'What is wrong. What to do.'],
  ])('after %s is why, and the remedy where a person is needed', (code, failures, days, reason) => {
    expect(readingOf(a, failing(code, failures, days), now)).toMatchObject({
      failingSince: daysAgo(days),
      reason,
    });
  });

  it('is a failure too where answers came empty, or nobody asked', () => {
    expect(readingOf(a, aState({ emptyReads: 3 }), now).failingSince).not.toBeNull();
    const overdue = aState({ nextDueAt: '2026-10-20T10:59:00.000Z' });
    expect(readingOf(a, overdue, now)).toMatchObject({
      failingSince: '2026-10-20T10:59:00.000Z',
      reason: 'The source fell due and was not read.',
    });
  });

  it('before the first read is that there was none', () => {
    expect(readingOf(a, undefined, now)).toMatchObject({ lastReadAt: null, failingSince: null });
  });
});
