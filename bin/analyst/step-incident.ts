import { dayIn } from '../../src/mentions/day.ts';
import { lastClosedDay } from '../../src/query/check-input.ts';
import { incidentRef } from '../../src/query/incidents.ts';
import { readTime, UnreadableTime } from '../../src/query/time.ts';
import { IncidentStep } from '../../src/rollups/note.ts';
import type { Incident } from '../../src/trends/incident.ts';
import { UsageError, type World } from '../command.ts';
import type { StepFlags } from '../commands/incidents.ts';
import { noIncident, numberOf } from './incidents-table.ts';
import { noteHead } from './note.ts';
import { brandNamed, readerOf, type Session, withSession } from './session.ts';

type Step = 'ack' | 'snooze' | 'close';
const STEPS = { ack: 'acknowledged', snooze: 'snoozed', close: 'closed' } as const;

/** Changes the incident, then notes who did it, for its timeline. */
export async function stepIncident(
  step: Step,
  ref: string,
  flags: StepFlags,
  world: World,
): Promise<void> {
  await withSession(flags, world, async (session) => {
    const brand = brandNamed(session.settings, flags);
    const reader = readerOf(session, brand);
    const number = numberOf(ref, brand.code);
    const until = step === 'snooze' ? lastDay(flags.until ?? '', reader) : null;
    const note = IncidentStep.parse({
      kind: 'incident',
      ...noteHead(brand.id, { by: flags.by, text: flags.note }, session.now, world),
      number,
      step: STEPS[step],
      until,
    });
    const changed = await session.stores.incidents.amend(brand.id, number, (incident) =>
      changeOf(step, incident, { by: note.by, until, day: lastClosedDay(reader), ref }),
    );
    if (changed === undefined) throw noIncident(ref);
    await remember(session, note);
    const name = incidentRef(brand.code, number);
    world.print(
      step === 'snooze' ? `${name} is snoozed until ${until}.` : `${name} is ${STEPS[step]}.`,
    );
  });
}

async function remember({ stores }: Session, note: IncidentStep): Promise<void> {
  await stores.notes.add(note);
}

function lastDay(
  typed: string,
  { timeZone, now }: { readonly timeZone: string; readonly now: Date },
): string {
  try {
    const { start } = readTime(typed, timeZone, now);
    if (start <= now)
      throw new UsageError(`--until ${typed} is not in the future. Use a day, e.g. 2026-12-01.`);
    return dayIn(timeZone, start);
  } catch (error) {
    throw error instanceof UnreadableTime ? new UsageError(error.message) : error;
  }
}

function changeOf(
  step: Step,
  incident: Incident,
  {
    by,
    until,
    day,
    ref,
  }: {
    readonly by: string;
    readonly until: string | null;
    readonly day: string;
    readonly ref: string;
  },
): Incident {
  if (incident.state === 'closed')
    throw new UsageError(`${ref} is closed since ${incident.closedOn}: nothing to ${step}.`);
  if (step === 'ack') return { ...incident, acknowledgedBy: by };
  if (step === 'snooze') return { ...incident, snoozedUntil: until };
  return { ...incident, state: 'closed', closedOn: day, closedBecause: 'operator' };
}
