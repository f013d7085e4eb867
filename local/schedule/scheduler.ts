import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import type { Journal } from '../journal.ts';
import type { ResolvedResource } from '../template/resolve.ts';
import { type Recurrence, readExpression } from './expression.ts';

/** A schedule that is switched on. */
export type Schedule = {
  readonly logicalId: string;
  readonly targetArn: string;
  readonly roleArn: string;
  readonly input: unknown;
  readonly deadLetterArn: string | undefined;
  readonly recurrence: Recurrence;
  readonly start: Date | undefined;
  readonly end: Date | undefined;
};

export type Scheduler = {
  /** The next due instant and the schedules due then, by logical id. */
  readonly next: () => { readonly at: Date; readonly schedules: readonly Schedule[] } | undefined;
  /** Virtual clock: jumps to the next due instant and runs what is due there, one after the other. */
  readonly runNext: () => Promise<readonly string[] | undefined>;
  /**
   * Plays every schedule up to and including an instant. On the real clock that takes as long as it takes.
   *
   * @throws the signal's reason when the run is aborted
   */
  readonly runUntil: (instant: Date | undefined) => Promise<void>;
};

export type SchedulerHost = {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly signal: AbortSignal;
  /** Invokes the target, retries included; resolves when the function is through with it. */
  readonly fire: (schedule: Schedule) => Promise<void>;
  readonly drain: () => Promise<void>;
};

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** @returns undefined for a schedule that is switched off */
export function readSchedule({ logicalId, properties }: ResolvedResource): Schedule | undefined {
  if (properties['State'] === 'DISABLED') return undefined;
  const target = properties['Target'] as {
    Arn: string;
    RoleArn: string;
    Input?: string;
    DeadLetterConfig?: { Arn?: string };
  };
  const expression = String(properties['ScheduleExpression']);
  const timeZone = String(properties['ScheduleExpressionTimezone'] ?? 'UTC');
  const instant = (key: string): Date | undefined =>
    properties[key] === undefined ? undefined : new Date(String(properties[key]));
  return {
    logicalId,
    targetArn: target.Arn,
    roleArn: target.RoleArn,
    input: readInput(target.Input),
    deadLetterArn: target.DeadLetterConfig?.Arn,
    recurrence: readExpression(expression, timeZone),
    start: instant('StartDate'),
    end: instant('EndDate'),
  };
}

function readInput(input: string | undefined): unknown {
  if (input === undefined) return {};
  try {
    return JSON.parse(input);
  } catch {
    return input;
  }
}

export function createScheduler(schedules: readonly Schedule[], host: SchedulerHost): Scheduler {
  const { clock, journal, signal } = host;
  const started = clock.now();
  const anchor = journal.createdAt(started);
  const sorted = schedules.toSorted((a, b) => (a.logicalId < b.logicalId ? -1 : 1));
  const due = new Map(sorted.map((schedule) => [schedule, firstDue(schedule)]));

  function firstDue(schedule: Schedule): Date | undefined {
    const last = journal.lastRun(schedule.logicalId);
    // A virtual clock stands still between two runs; on the real one what was missed is missed.
    if (last === undefined || clock.kind === 'real') return dueFrom(schedule, started);
    return dueFrom(schedule, new Date(last.getTime() + 1));
  }

  function dueFrom({ recurrence, start, end }: Schedule, from: Date): Date | undefined {
    const earliest = start !== undefined && start > from ? start : from;
    const instant = recurrence.dueFrom(earliest, start ?? anchor);
    return instant !== undefined && end !== undefined && instant > end ? undefined : instant;
  }

  const next: Scheduler['next'] = () => {
    let at: Date | undefined;
    for (const instant of due.values()) {
      if (instant !== undefined && (at === undefined || instant < at)) at = instant;
    }
    if (at === undefined) return undefined;
    const time = at.getTime();
    return { at, schedules: sorted.filter((schedule) => due.get(schedule)?.getTime() === time) };
  };

  const passed = (schedule: Schedule, instant: Date): void => {
    journal.ran(schedule.logicalId, instant);
    due.set(schedule, dueFrom(schedule, new Date(instant.getTime() + 1)));
  };

  const moveTo = (instant: Date): void => {
    if (clock.kind !== 'virtual' || instant <= clock.now()) return;
    clock.jumpTo(instant);
    journal.moveTo(instant);
  };

  const runDue = async ({ at, schedules: all }: NonNullable<ReturnType<typeof next>>) => {
    moveTo(at);
    for (const schedule of all) {
      signal.throwIfAborted();
      await host.fire(schedule);
      await host.drain();
      // Noted last: a run that is killed in between does this one again, as Lambda would.
      passed(schedule, at);
    }
    return all.map(({ logicalId }) => logicalId);
  };

  const playTo = async (instant: Date | undefined): Promise<void> => {
    await host.drain();
    for (;;) {
      signal.throwIfAborted();
      const coming = next();
      if (coming === undefined || (instant !== undefined && coming.at > instant)) break;
      await runDue(coming);
    }
    if (instant !== undefined) moveTo(instant);
  };

  const faults: unknown[] = [];

  const fireDue = ({ at, schedules: all }: NonNullable<ReturnType<typeof next>>): void => {
    for (const schedule of all) {
      passed(schedule, at);
      // Not awaited: a slow function must not hold up the other schedules.
      host.fire(schedule).catch((fault: unknown) => faults.push(fault));
    }
  };

  const waitTo = async (instant: Date | undefined): Promise<void> => {
    for (;;) {
      signal.throwIfAborted();
      if (faults.length > 0) throw faults[0];
      const coming = next();
      const until = earlier(coming?.at, instant)?.getTime() ?? Number.POSITIVE_INFINITY;
      const waitMs = until - clock.now().getTime();
      if (waitMs > 0) await pause(waitMs, signal);
      else if (coming?.at.getTime() === until) fireDue(coming);
      else return;
    }
  };

  return {
    next,
    runNext: async () => {
      if (clock.kind === 'real')
        throw new Error('only a virtual clock can jump to the next schedule');
      await host.drain();
      const coming = next();
      return coming === undefined ? undefined : runDue(coming);
    },
    runUntil: clock.kind === 'virtual' ? playTo : waitTo,
  };
}

/** Ends early, without an error, when the run is aborted. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.min(ms, LONGEST_TIMER_MS), undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

function earlier(a: Date | undefined, b: Date | undefined): Date | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}
