import { Cron } from 'croner';

/** When a schedule is due. */
export type Recurrence = {
  /**
   * The first due instant at or after `from`; undefined when there is none any more.
   *
   * @param anchor instant a rate counts from: when the schedule was created
   */
  readonly dueFrom: (from: Date, anchor: Date) => Date | undefined;
};

const UNIT_MS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/**
 * Reads a schedule expression of EventBridge Scheduler: `rate(5 minutes)`, `cron(0 7 ? * MON-FRI *)`, `at(2026-03-01T08:00:00)`.
 * A cron time that a change to summer time skips does not run; one that happens twice runs once.
 *
 * @param timeZone IANA name; cron and at are local times there
 * @throws {Error} on an expression it cannot read, e.g. steps from a number (`0/15`: write `0-59/15`)
 */
export function readExpression(expression: string, timeZone: string): Recurrence {
  const open = expression.indexOf('(');
  const kind = expression.slice(0, open);
  const content = expression.slice(open + 1, -1).trim();
  if (open > 0 && expression.endsWith(')')) {
    if (kind === 'rate') return rate(content);
    if (kind === 'cron') return cron(content, timeZone);
    if (kind === 'at') return once(content, timeZone);
  }
  throw new Error(`"${expression}" is not a schedule expression: use rate(…), cron(…) or at(…)`);
}

function rate(content: string): Recurrence {
  const [count = '', unit = ''] = content.split(/\s+/);
  const unitMs = UNIT_MS[unit.replace(/s$/, '')];
  const periodMs = Number(count) * (unitMs ?? Number.NaN);
  if (!(periodMs > 0))
    throw new Error(`"rate(${content})" is not a rate: use e.g. rate(5 minutes)`);
  return {
    dueFrom: (from, anchor) => {
      const periods = Math.max(0, Math.ceil((from.getTime() - anchor.getTime()) / periodMs));
      return new Date(anchor.getTime() + periods * periodMs);
    },
  };
}

const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const STEP_MS = 1000;

function cron(content: string, timeZone: string): Recurrence {
  const fields = content.split(/\s+/);
  const [minute, hour, day, month, weekday = '', year] = fields;
  if (fields.length !== 6) {
    throw new Error(
      `"cron(${content})" has ${fields.length} fields: minutes hours day month weekday year`,
    );
  }
  // AWS counts weekdays from SUN = 1 and writes "any" as ? where the other day field decides.
  const named = weekday
    .replace('?', '*')
    .replace(/(?<![#\d])[1-7]/g, (number) => WEEKDAYS[Number(number) - 1] ?? number);
  const pattern = ['0', minute, hour, day?.replace('?', '*'), month, named, year].join(' ');
  let job: Cron;
  try {
    job = new Cron(pattern, { timezone: timeZone });
  } catch (error) {
    throw new Error(`"cron(${content})" cannot be read: ${String(error)}`, { cause: error });
  }
  const localMinute = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    hour: 'numeric',
    minute: 'numeric',
  });
  return {
    dueFrom: (from) => {
      // croner looks behind the instant it is given, second by second.
      const second = Math.ceil(from.getTime() / STEP_MS) - 1;
      let due = job.nextRun(new Date(second * STEP_MS));
      // croner moves a time that does not exist behind the gap; Scheduler leaves it out.
      while (due !== null && !matchesClock(localMinute.format(due), minute ?? '', hour ?? '')) {
        due = job.nextRun(due);
      }
      return due ?? undefined;
    },
  };
}

/** Only plain numbers can fall into the gap and be moved out of their field. */
function matchesClock(local: string, minute: string, hour: string): boolean {
  const [localHour, localMinute] = local.split(':').map(Number);
  const agrees = (field: string, value: number | undefined): boolean =>
    !/^\d+$/.test(field) || Number(field) === value;
  return agrees(hour, localHour) && agrees(minute, localMinute);
}

function once(content: string, timeZone: string): Recurrence {
  const due = new Cron(content, { timezone: timeZone }).nextRun(new Date(0));
  return { dueFrom: (from) => (due !== null && due >= from ? due : undefined) };
}
