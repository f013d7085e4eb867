import { describe, expect, it } from 'vitest';
import { sharedMarks } from '../../src/rollups/shared-marks.ts';

const AT = new Date('2026-03-01T12:00:00Z');

/** What happened, in order. */
function place(messages: number, failing?: string) {
  const log: string[] = [];
  const together = sharedMarks(
    {
      markDirty: (brand, day) => {
        log.push(`marked ${brand} ${day}`);
        return day === failing ? Promise.reject(new Error('throttled')) : Promise.resolve();
      },
    },
    messages,
  );
  /** A message that takes some turns to store its mentions and then asks for marks. */
  const message = (name: string, days: readonly string[], turns = 1) =>
    together(async ({ markDirty }) => {
      for (let turn = 0; turn < turns; turn++) await undefined;
      log.push(`stored ${name}`);
      await Promise.all(days.map((day) => markDirty('acme', day, AT)));
      log.push(`done ${name}`);
    });
  return { log, message, together };
}

describe('marks of messages that are judged together', () => {
  it('are written once a day, after the last of them has stored', async () => {
    const { log, message } = place(3);
    await Promise.all([
      message('a', ['2026-03-01', '2026-02-28']),
      message('b', ['2026-03-01'], 20),
      message('c', []),
    ]);
    expect(log.filter((line) => line.startsWith('marked'))).toEqual([
      'marked acme 2026-03-01',
      'marked acme 2026-02-28',
    ]);
    expect(log.indexOf('stored b')).toBeLessThan(log.indexOf('marked acme 2026-03-01'));
    expect(log.indexOf('marked acme 2026-02-28')).toBeLessThan(log.indexOf('done a'));
  });

  it('do not wait for a message that failed', async () => {
    const { log, message, together } = place(2);
    const results = await Promise.allSettled([
      message('a', ['2026-03-01']),
      together(() => Promise.reject(new Error('poison'))),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(log).toContain('marked acme 2026-03-01');
  });

  it('fail all messages that asked for one when one of them cannot be written', async () => {
    const { message } = place(3, '2026-03-01');
    const results = await Promise.allSettled([
      message('a', ['2026-03-01']),
      message('b', ['2026-02-28']),
      message('c', []),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });
});
