import { addDays, dayIn, daysBetween } from '../../src/mentions/day.ts';
import { readTime, UnreadableTime } from '../../src/query/time.ts';
import { announcedOutages, Outage, OutageWithdrawn } from '../../src/rollups/note.ts';
import { LOOKBACK_DAYS } from '../../src/trends/settings.ts';
import { EXIT, Refusal, UsageError, type World } from '../command.ts';
import type { OutageFlags } from '../commands/outage.ts';
import type { Column } from '../output/column.ts';
import { printAnswer } from '../output/print.ts';
import { choose } from './choose.ts';
import type { OutputFlags, PlaceFlags } from './flags.ts';
import { noteHead } from './note.ts';
import { brandNamed, readerOf, withSession } from './session.ts';
import { inPlace } from './typed.ts';

/** A longer one is a source that is gone: it is better taken out of the configuration. */
const LONGEST_DAYS = LOOKBACK_DAYS;

export async function addOutage(text: string, flags: OutageFlags, world: World): Promise<void> {
  if (text.trim() === '') throw new UsageError('say in a sentence why it cannot be read');
  await withSession(flags, world, async (session) => {
    const brand = brandNamed(session.settings, flags);
    const { timeZone, now } = readerOf(session, brand);
    const ids = brand.sources.map(({ id }) => id);
    const from = dayOf('--from', flags.from, timeZone, now);
    const to = flags.to === undefined ? from : dayOf('--to', flags.to, timeZone, now);
    if (to < from) throw new UsageError(`--to ${to} is before --from ${from}`);
    if (daysBetween(from, to) >= LONGEST_DAYS)
      throw new UsageError(
        `${daysBetween(from, to) + 1} days are more than a check looks at (${LONGEST_DAYS}). Take the source out of promisewatch.yaml instead.`,
      );
    const outage = Outage.parse({
      kind: 'outage',
      ...noteHead(brand.id, { by: flags.by, text: text.trim() }, now, world),
      source: flags.source === undefined ? null : choose('source', flags.source, ids),
      from,
      to,
    });
    await session.stores.notes.add(outage);
    const whose = outage.source ?? `all sources of ${brand.name}`;
    const days = from === to ? from : `${from} to ${to}`;
    world.print(
      inPlace(
        `noted: checks leave out ${whose} on ${days}. Withdraw it: promisewatch outage withdraw ${outage.id}`,
        flags,
      ),
    );
    if (from <= addDays(dayIn(timeZone, now), -2))
      world.complain('Days that were checked already are not checked again.');
  });
}

function dayOf(flag: string, typed: string, timeZone: string, now: Date): string {
  try {
    return dayIn(timeZone, readTime(typed, timeZone, now).start);
  } catch (error) {
    throw error instanceof UnreadableTime ? new UsageError(`${flag}: ${error.message}`) : error;
  }
}

export async function listOutages(flags: PlaceFlags & OutputFlags, world: World): Promise<void> {
  await withSession(flags, world, async (session) => {
    const brand = brandNamed(session.settings, flags);
    const reader = readerOf(session, brand);
    const rows = announcedOutages(await reader.notes()).toReversed();
    await printAnswer(
      { columns: COLUMNS, rows, about: () => ({ brand: brand.id, asOf: reader.now }) },
      flags,
      world,
    );
    if (rows.length === 0)
      world.complain(
        'no outage is announced. Next: promisewatch outage add "why" --from DAY --to DAY',
      );
  });
}

const COLUMNS: readonly Column<Outage>[] = [
  { name: 'from', type: 'string', title: 'FROM', value: ({ from }) => from },
  { name: 'to', type: 'string', title: 'TO', value: ({ to }) => to },
  {
    name: 'source',
    type: 'string',
    title: 'SOURCE',
    value: ({ source }) => source,
    show: ({ source }) => source ?? 'all',
  },
  { name: 'by', type: 'string', title: 'BY', value: ({ by }) => by },
  { name: 'id', type: 'string', title: 'ID', value: ({ id }) => id },
  { name: 'text', type: 'string', title: 'WHY', fills: true, value: ({ text }) => text },
];

export async function withdrawOutage(
  id: string,
  flags: PlaceFlags & { readonly by?: string },
  world: World,
): Promise<void> {
  await withSession(flags, world, async (session) => {
    const brand = brandNamed(session.settings, flags);
    const reader = readerOf(session, brand);
    const known = announcedOutages(await reader.notes());
    const [found, ...others] = known.filter((one) => one.id.startsWith(id.trim().toLowerCase()));
    if (found === undefined || id.trim() === '')
      throw new Refusal(
        `there is no outage ${id.slice(0, 32)}. Next: promisewatch outage list`,
        EXIT.notFound,
      );
    if (others.length > 0)
      throw new UsageError(`${1 + others.length} outages begin with ${id}: type more of it`);
    await session.stores.notes.add(
      OutageWithdrawn.parse({
        kind: 'outage-withdrawn',
        ...noteHead(brand.id, { by: flags.by, text: '' }, reader.now, world),
        outage: found.id,
      }),
    );
    world.print(`withdrawn: from the next check on ${found.from} to ${found.to} count again.`);
  });
}
