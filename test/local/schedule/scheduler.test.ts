import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Clock, realClock, virtualClock } from '../../../local/clock.ts';
import { type Journal, openJournal } from '../../../local/journal.ts';
import { readExpression } from '../../../local/schedule/expression.ts';
import { createScheduler, readSchedule, type Schedule } from '../../../local/schedule/scheduler.ts';

const START = '2026-03-02T05:30:00.000Z';

let folder: string;
let journal: Journal;
let log: string[];
let stop: AbortController;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scheduler-'));
  journal = openJournal(join(folder, 'journal.db'));
  log = [];
  stop = new AbortController();
});

afterEach(async () => {
  journal.close();
  await rm(folder, { recursive: true, force: true });
});

const schedule = (
  logicalId: string,
  expression: string,
  change: Partial<Schedule> = {},
): Schedule => ({
  logicalId,
  targetArn: 'arn:fn',
  roleArn: 'arn:role',
  input: {},
  deadLetterArn: undefined,
  recurrence: readExpression(expression, 'UTC'),
  start: undefined,
  end: undefined,
  ...change,
});

function scheduler(clock: Clock, schedules: readonly Schedule[]) {
  return createScheduler(schedules, {
    clock,
    journal,
    signal: stop.signal,
    fire: async ({ logicalId }) => {
      log.push(`${logicalId} ${clock.now().toISOString().slice(11, 16)}`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`${logicalId} done`);
    },
    drain: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      log.push('drained');
    },
  });
}

const fired = (): string[] => log.filter((line) => /\d$/.test(line));

describe('schedules on a virtual clock', () => {
  it('that are due at one instant run one after the other, by name, with queues drained between', async () => {
    const clock = virtualClock(START);
    await scheduler(clock, [
      schedule('B', 'rate(1 hour)'),
      schedule('A', 'rate(1 hour)'),
    ]).runNext();
    expect(log).toEqual([
      'drained',
      'A 05:30',
      'A done',
      'drained',
      'B 05:30',
      'B done',
      'drained',
    ]);
  });

  it('run up to and including the instant asked for, where the clock then stands', async () => {
    const clock = virtualClock(START);
    const three = [
      schedule('Hourly', 'rate(1 hour)'),
      schedule('Half', 'cron(0-59/30 * * * ? *)'),
      schedule('Once', 'at(2026-03-02T05:45:00)'),
    ];
    await scheduler(clock, three).runUntil(new Date('2026-03-02T06:30:00Z'));
    expect(fired()).toEqual([
      'Half 05:30',
      'Hourly 05:30',
      'Once 05:45',
      'Half 06:00',
      'Half 06:30',
      'Hourly 06:30',
    ]);
    const second = scheduler(clock, three);
    await second.runUntil(new Date('2026-03-02T06:45:00Z'));
    expect(clock.now().toISOString()).toBe('2026-03-02T06:45:00.000Z');
    expect(fired()).toHaveLength(6);
    expect(second.next()).toMatchObject({ at: new Date('2026-03-02T07:00:00Z') });
  });

  it('begin and end when they are told to', async () => {
    const clock = virtualClock(START);
    const bounded = schedule('A', 'rate(1 hour)', {
      start: new Date('2026-03-02T07:10:00Z'),
      end: new Date('2026-03-02T09:00:00Z'),
    });
    await scheduler(clock, [bounded]).runUntil(new Date('2026-03-03T00:00:00Z'));
    expect(fired()).toEqual(['A 07:10', 'A 08:10']);
  });

  it('run again when the run ended before they were through', async () => {
    const clock = virtualClock(START);
    const two = [schedule('A', 'rate(1 hour)'), schedule('B', 'rate(1 hour)')];
    const cut = createScheduler(two, {
      clock,
      journal,
      signal: stop.signal,
      fire: async ({ logicalId }) => {
        if (logicalId === 'B') stop.abort(new Error('killed'));
      },
      drain: async () => stop.signal.throwIfAborted(),
    });
    await expect(cut.runUntil(new Date('2026-03-03T00:00:00Z'))).rejects.toThrow('killed');
    stop = new AbortController();
    await scheduler(clock, two).runUntil(new Date('2026-03-02T06:00:00Z'));
    expect(fired()).toEqual(['B 05:30']);
  });
});

describe('schedules on the real clock', () => {
  const soon = (ms: number): Schedule['recurrence'] => {
    const due = new Date(Date.now() + ms);
    return { dueFrom: (from) => (from <= due ? due : undefined) };
  };

  it('run at their time', async () => {
    const clock = realClock();
    const later = schedule('Later', 'rate(1 hour)', { recurrence: soon(150) });
    const sooner = schedule('Sooner', 'rate(1 hour)', { recurrence: soon(50) });
    const began = performance.now();
    await scheduler(clock, [later, sooner]).runUntil(new Date(Date.now() + 250));
    expect(log.filter((line) => line.endsWith('done'))).toEqual(['Sooner done', 'Later done']);
    expect(performance.now() - began).toBeGreaterThanOrEqual(240);
  });

  it('stop at once when the run is aborted', async () => {
    const far = schedule('Far', 'rate(1 hour)', { recurrence: soon(86_400_000) });
    const waiting = scheduler(realClock(), [far]).runUntil(undefined);
    stop.abort(new Error('interrupted'));
    await expect(waiting).rejects.toThrow('interrupted');
    expect(fired()).toEqual([]);
  });

  it('that were missed while nothing ran are not caught up with', () => {
    journal.createdAt(new Date(Date.now() - 10 * 3_600_000));
    journal.ran('A', new Date(Date.now() - 9 * 3_600_000));
    const next = scheduler(realClock(), [schedule('A', 'rate(1 hour)')]).next();
    expect(next?.at.getTime()).toBeGreaterThan(Date.now() - 1000);
  });
});

describe('a schedule of the template', () => {
  const resource = (properties: Record<string, unknown>) => ({
    stack: 'S',
    logicalId: 'A',
    type: 'AWS::Scheduler::Schedule',
    properties: {
      ScheduleExpression: 'cron(0 7 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      Target: { Arn: 'arn:fn', RoleArn: 'arn:role', Input: '{"a":1}' },
      ...properties,
    },
    physicalName: 'A',
    ref: 'A',
    arn: 'arn:A',
    attributes: {},
  });

  it('is due in its own time zone, with its input', () => {
    const read = readSchedule(resource({}));
    expect(read).toMatchObject({ targetArn: 'arn:fn', roleArn: 'arn:role', input: { a: 1 } });
    const due = read?.recurrence.dueFrom(new Date(START), new Date(START));
    expect(due?.toISOString()).toBe('2026-03-02T06:00:00.000Z');
  });

  it('is left out when it is switched off', () => {
    expect(readSchedule(resource({ State: 'DISABLED' }))).toBeUndefined();
  });
});
