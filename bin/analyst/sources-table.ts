import type { Coverage, CoverageRow } from '../../src/digest/digest.ts';
import { percent } from '../../src/digest/numbers.ts';
import { tableSpan } from '../../src/query/promises.ts';
import type { BrandReader } from '../../src/query/reader.ts';
import { coverageAnswer, type SourceAnswer, sourcesAnswer } from '../../src/query/sources.ts';
import { EXIT, Refusal, type World } from '../command.ts';
import type { Column } from '../output/column.ts';
import { formatOf, printAnswer } from '../output/print.ts';
import { decimal, localTime, shareWords } from '../output/words.ts';
import type { FilterFlags, OutputFlags, PlaceFlags } from './flags.ts';
import { periodWords, readPeriod } from './read-filters.ts';
import { brandNamed, readerOf, withSession } from './session.ts';

export async function sourcesCommand(
  flags: PlaceFlags & FilterFlags & OutputFlags,
  world: World,
): Promise<void> {
  await withSession(flags, world, async (session) => {
    const brand = brandNamed(session.settings, flags);
    const reader = readerOf(session, brand);
    const given = flags.since !== undefined || flags.until !== undefined;
    const period = given ? readPeriod(flags, reader, 'all') : tableSpan(reader);
    const rows = await sourcesAnswer(reader, period);
    await printAnswer(
      {
        columns: sourceColumns(reader),
        rows,
        about: () => ({
          brand: brand.id,
          since: period.since?.toISOString() ?? null,
          until: period.until?.toISOString() ?? null,
          asOf: reader.now,
        }),
      },
      flags,
      world,
    );
    world.complain(`Mentions ${periodWords(period, reader)}.`);
    for (const { source, problem, caution } of rows) {
      if (problem !== null) world.complain(`${source.id}: ${problem.message} ${problem.remedy}`);
      if (caution !== null) world.complain(`${source.id}: ${caution}.`);
    }
  });
}

/** Read as planned, or not meant to be read. */
const GOOD: ReadonlySet<string> = new Set(['ok', 'quiet', 'waiting', 'import', 'webhook']);

function sourceColumns({ timeZone }: BrandReader): Column<SourceAnswer>[] {
  const time = (at: string | null | undefined) => (at == null ? '' : localTime(at, timeZone));
  return [
    { name: 'source', type: 'string', title: 'SOURCE', value: (s) => s.source.id },
    { name: 'name', type: 'string', title: 'NAME', value: (s) => s.source.name },
    { name: 'connector', type: 'string', value: (s) => s.source.connector },
    { name: 'population', type: 'string', value: (s) => s.source.population },
    {
      name: 'health',
      type: 'string',
      title: 'HEALTH',
      value: (s) => s.health,
      tone: (s) => (GOOD.has(s.health) ? undefined : 'bad'),
    },
    {
      name: 'since',
      type: 'instant',
      title: 'SINCE',
      value: (s) => s.since,
      show: (s) => time(s.since),
    },
    {
      name: 'lastReadAt',
      type: 'instant',
      title: 'LAST READ',
      value: (s) => s.state?.lastReadAt ?? null,
      show: (s) => time(s.state?.lastReadAt),
    },
    {
      name: 'nextDueAt',
      type: 'instant',
      title: 'NEXT',
      value: (s) => s.state?.nextDueAt ?? null,
      show: (s) => time(s.state?.nextDueAt),
    },
    {
      name: 'lastItems',
      type: 'integer',
      title: 'ITEMS',
      value: (s) => s.state?.lastItems ?? null,
    },
    { name: 'failures', type: 'integer', title: 'FAILED', value: (s) => s.state?.failures ?? null },
    {
      name: 'failingSince',
      type: 'instant',
      value: (s) => s.state?.failingSince ?? null,
    },
    { name: 'mentions', type: 'integer', title: 'MENTIONS', value: (s) => s.counts.mentions },
    { name: 'negative', type: 'integer', title: 'NEGATIVE', value: (s) => s.counts.negative },
    {
      name: 'negativeShare',
      type: 'number',
      title: 'NEGATIVE SHARE',
      value: (s) => s.negativeShare?.value ?? null,
      show: (s) => shareWords(s.negativeShare),
    },
    { name: 'unclassified', type: 'integer', value: (s) => s.counts.unclassified },
    { name: 'unsupported', type: 'integer', value: (s) => s.counts.unsupported },
    { name: 'copies', type: 'integer', value: (s) => s.counts.copies },
    { name: 'overAuthorCap', type: 'integer', value: (s) => s.counts.overAuthorCap },
    {
      name: 'problem',
      type: 'string',
      title: 'PROBLEM',
      fills: true,
      value: (s) => s.problem?.code ?? null,
    },
    { name: 'remedy', type: 'string', value: (s) => s.problem?.remedy ?? null },
    { name: 'caution', type: 'string', value: (s) => s.caution },
  ];
}

export async function coverageCommand(
  flags: PlaceFlags & OutputFlags,
  world: World,
): Promise<void> {
  await withSession(flags, world, async (session) => {
    const brand = brandNamed(session.settings, flags);
    const reader = readerOf(session, brand);
    const answer = await coverageAnswer(reader);
    if (answer === undefined)
      throw new Refusal(
        `nothing of ${brand.name} was judged yet. Next: promisewatch sources`,
        EXIT.notFound,
      );
    const { sources, ...totals } = answer;
    await printAnswer(
      {
        columns: coverageColumns(reader),
        rows: sources,
        about: () => ({ brand: brand.id, asOf: reader.now, ...totals }),
      },
      flags,
      world,
    );
    if (formatOf(flags, world) === 'table') world.print(`\n${totalsWords(answer)}`);
  });
}

function totalsWords(coverage: Coverage): string {
  const { from, to, mentions, unclassified, unsupported, copies, overAuthorCap } = coverage;
  const all = mentions + unclassified + unsupported + copies + overAuthorCap;
  return `${from} to ${to}: ${all} mentions of customers, ${mentions} counted. Left out: ${unclassified} unclassified (${percent(unclassified, all)}), ${unsupported} in unsupported languages (${percent(unsupported, all)}), ${copies} further copies, ${overAuthorCap} over three of one author a day.${sinceWords(coverage)}`;
}

/** The check is frozen; counts go on: mentions arrive late, and others are relabelled or erased. */
function sinceWords({ sources }: Coverage): string {
  // Of employees the check sees nothing.
  const late = sources
    .filter(({ population }) => population === 'customer')
    .map(({ counted, seen }) => counted - seen);
  const came = late.reduce((sum, one) => sum + Math.max(0, one), 0);
  const went = late.reduce((sum, one) => sum + Math.max(0, -one), 0);
  const changes = [...(came > 0 ? [`${came} came`] : []), ...(went > 0 ? [`${went} went`] : [])];
  return changes.length === 0
    ? ''
    : ` SEEN is as the check saw it; ${changes.join(' and ')} since.`;
}

function coverageColumns({ timeZone }: BrandReader): Column<CoverageRow>[] {
  return [
    { name: 'source', type: 'string', title: 'SOURCE', value: (s) => s.source },
    { name: 'name', type: 'string', title: 'NAME', value: (s) => s.name },
    { name: 'population', type: 'string', title: 'WHO', value: (s) => s.population },
    {
      name: 'state',
      type: 'string',
      title: 'STATE',
      value: (s) => s.state,
      tone: (s) => (s.state === 'failing' || s.state === 'silent' ? 'bad' : undefined),
    },
    {
      name: 'lastReadAt',
      type: 'instant',
      title: 'LAST READ',
      value: (s) => s.lastReadAt,
      show: (s) => (s.lastReadAt === null ? 'never' : localTime(s.lastReadAt, timeZone)),
    },
    { name: 'items', type: 'integer', title: 'ITEMS', value: (s) => s.items },
    { name: 'seen', type: 'integer', title: 'SEEN', value: (s) => s.seen },
    {
      name: 'expected',
      type: 'number',
      title: 'USUAL',
      value: (s) => s.expected,
      show: (s) => decimal(s.expected),
    },
    { name: 'daysWithData', type: 'integer', title: 'DAYS OF DATA', value: (s) => s.daysWithData },
    { name: 'failingSince', type: 'instant', value: (s) => s.failingSince },
    { name: 'reason', type: 'string', title: 'WHY', fills: true, value: (s) => s.reason },
  ];
}
