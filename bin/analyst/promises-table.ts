import type { Filters } from '../../src/query/filters.ts';
import { type PromiseAnswer, promisesAnswer, tableSpan } from '../../src/query/promises.ts';
import type { BrandReader } from '../../src/query/reader.ts';
import { UsageError, type World } from '../command.ts';
import { sparkLine } from '../output/chart.ts';
import type { Column } from '../output/column.ts';
import { printAnswer } from '../output/print.ts';
import { decimal, shareWords } from '../output/words.ts';
import { type FilterFlags, filterFlags, type OutputFlags, type PlaceFlags } from './flags.ts';
import { progress } from './progress.ts';
import { periodWords, readFilters } from './read-filters.ts';
import { brandNamed, readerOf, withSession } from './session.ts';
import { commandOf } from './typed.ts';

export async function promisesCommand(
  flags: PlaceFlags & FilterFlags & OutputFlags,
  world: World,
): Promise<void> {
  if (flags.text !== undefined)
    throw new UsageError(
      'figures are not taken over a search for words. Use it with mentions list.',
    );
  await withSession(flags, world, async (session) => {
    const brand = brandNamed(session.settings, flags);
    const reader = readerOf(session, brand);
    const filters = filtersOf(flags, reader);
    const shown = progress(world, 'counting day');
    const answer = await promisesAnswer(reader, filters, shown.step);
    shown.done();
    await printAnswer(
      {
        columns: columnsOf(),
        rows: answer.promises,
        about: () => ({
          brand: brand.id,
          since: filters.since?.toISOString() ?? null,
          until: filters.until?.toISOString() ?? null,
          asOf: reader.now,
          mentions: answer.mentions,
          checkedDay: answer.checkedDay,
        }),
      },
      flags,
      world,
    );
    if (brand.promises.length === 0)
      world.complain(
        `${brand.name} lists no promises: its mentions are judged by the default register. Add "promises:" to promisewatch.yaml.`,
      );
    world.complain(
      `${answer.mentions} mentions counted, ${periodWords(filters, reader)}. Usual, 14 days and status: as of ${answer.checkedDay}.`,
    );
    // The list says which of the filters leaves nothing over.
    if (answer.mentions === 0)
      world.complain(
        isNarrowed(filters)
          ? `Nothing is counted with these filters. Next: ${commandOf('mentions list', { since: 'all', ...filterFlags(flags) })}`
          : 'Nothing is counted in this period. Next: promisewatch coverage',
      );
  });
}

const isNarrowed = ({ since: _since, until: _until, population, ...rest }: Filters) =>
  population !== 'customer' || Object.keys(rest).length > 0;

/** The digest's seven closed days, unless a time is named. */
function filtersOf(flags: FilterFlags, reader: BrandReader) {
  const filters = readFilters(flags, reader, 'all');
  return flags.since === undefined && flags.until === undefined
    ? { ...filters, ...tableSpan(reader) }
    : filters;
}

function columnsOf(): Column<PromiseAnswer>[] {
  return [
    { name: 'promise', type: 'string', title: 'PROMISE', value: (p) => p.promise },
    {
      name: 'broken',
      type: 'integer',
      title: 'BROKEN',
      value: (p) => p.broken,
      tone: (p) => (p.now?.status === 'in incident' ? 'bad' : undefined),
    },
    {
      name: 'brokenBefore',
      type: 'integer',
      title: 'BEFORE',
      value: (p) => p.brokenBefore,
    },
    { name: 'kept', type: 'integer', title: 'KEPT', value: (p) => p.kept },
    { name: 'exceeded', type: 'integer', title: 'EXCEEDED', value: (p) => p.exceeded },
    { name: 'unclear', type: 'integer', title: 'UNCLEAR', value: (p) => p.unclear },
    {
      name: 'brokenShare',
      type: 'number',
      title: 'BROKEN SHARE',
      value: (p) => p.brokenShare?.value ?? null,
      show: (p) => shareWords(p.brokenShare),
    },
    { name: 'brokenShareLow', type: 'number', value: (p) => p.brokenShare?.low ?? null },
    { name: 'brokenShareHigh', type: 'number', value: (p) => p.brokenShare?.high ?? null },
    {
      name: 'usual',
      type: 'number',
      title: 'USUAL',
      value: (p) => p.now?.expectedBroken ?? null,
      show: (p) => (p.now === null ? '–' : decimal(p.now.expectedBroken)),
    },
    {
      name: 'days14',
      type: 'json',
      title: '14 DAYS',
      value: (p) => p.now?.daily ?? null,
      show: (p) => (p.now === null ? '' : sparkLine(p.now.daily)),
    },
    {
      name: 'status',
      type: 'string',
      title: 'STATUS',
      value: (p) => p.now?.status ?? null,
      tone: (p) => (p.now?.status === 'in incident' ? 'bad' : 'muted'),
    },
    {
      name: 'text',
      type: 'string',
      title: 'WORDS',
      fills: true,
      value: (p) => p.text,
    },
  ];
}
