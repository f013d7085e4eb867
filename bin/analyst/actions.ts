import { dayIn } from '../../src/mentions/day.ts';
import { type ActionAnswer, beforeAndAfter } from '../../src/query/incidents.ts';
import { readTime, UnreadableTime } from '../../src/query/time.ts';
import { Action } from '../../src/rollups/note.ts';
import { UsageError, type World } from '../command.ts';
import type { ActionFlags } from '../commands/action.ts';
import type { Column } from '../output/column.ts';
import { printAnswer } from '../output/print.ts';
import { choose } from './choose.ts';
import type { OutputFlags, PlaceFlags } from './flags.ts';
import { noteHead } from './note.ts';
import { brandNamed, readerOf, withSession } from './session.ts';
import { inPlace } from './typed.ts';

export async function addAction(text: string, flags: ActionFlags, world: World): Promise<void> {
  if (text.trim() === '') throw new UsageError('say in a sentence what was done');
  await withSession(flags, world, async (session) => {
    const brand = brandNamed(session.settings, flags);
    const ids = brand.promises.map(({ id }) => id);
    const { timeZone, now } = readerOf(session, brand);
    const action = Action.parse({
      kind: 'action',
      ...noteHead(brand.id, { by: flags.by, text: text.trim() }, now, world),
      day: dayOf(flags.on ?? 'today', timeZone, now),
      promise: flags.promise === undefined ? null : choose('promise', flags.promise, ids),
    });
    await session.stores.notes.add(action);
    world.print(
      inPlace(
        `noted for ${action.day}. The week after it is compared with the week before: promisewatch action list`,
        flags,
      ),
    );
  });
}

function dayOf(typed: string, timeZone: string, now: Date): string {
  try {
    const { start } = readTime(typed, timeZone, now);
    if (start > now) throw new UsageError(`--on ${typed} is in the future`);
    return dayIn(timeZone, start);
  } catch (error) {
    throw error instanceof UnreadableTime ? new UsageError(error.message) : error;
  }
}

export async function listActions(flags: PlaceFlags & OutputFlags, world: World): Promise<void> {
  await withSession(flags, world, async (session) => {
    const brand = brandNamed(session.settings, flags);
    const reader = readerOf(session, brand);
    const actions = (await reader.notes()).filter((note) => note.kind === 'action');
    const rows = await Promise.all(
      actions.map((one) => beforeAndAfter(reader, one, { promise: one.promise, source: null })),
    );
    await printAnswer(
      { columns: COLUMNS, rows, about: () => ({ brand: brand.id, asOf: reader.now }) },
      flags,
      world,
    );
    if (rows.length === 0)
      world.complain('nothing is noted yet. Next: promisewatch action add "what you did"');
  });
}

const COLUMNS: readonly Column<ActionAnswer>[] = [
  { name: 'day', type: 'string', title: 'DAY', value: ({ action }) => action.day },
  { name: 'promise', type: 'string', title: 'PROMISE', value: ({ action }) => action.promise },
  { name: 'before', type: 'integer', title: 'BEFORE', value: (a) => a.before.observed },
  { name: 'beforeDays', type: 'integer', title: 'DAYS', value: (a) => a.before.days },
  { name: 'beforeMentions', type: 'integer', title: 'OF', value: (a) => a.before.mentions },
  { name: 'after', type: 'integer', title: 'AFTER', value: (a) => a.after.observed },
  { name: 'afterDays', type: 'integer', title: 'DAYS', value: (a) => a.after.days },
  { name: 'afterMentions', type: 'integer', title: 'OF', value: (a) => a.after.mentions },
  { name: 'by', type: 'string', title: 'BY', value: ({ action }) => action.by },
  { name: 'text', type: 'string', title: 'WHAT', fills: true, value: ({ action }) => action.text },
];
