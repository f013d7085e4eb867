import { qualityAnswer, type SourceQuality } from '../../src/query/agreement.ts';
import type { World } from '../command.ts';
import type { Column } from '../output/column.ts';
import { printAnswer } from '../output/print.ts';
import { shareWords } from '../output/words.ts';
import type { FilterFlags, OutputFlags, PlaceFlags } from './flags.ts';
import { periodWords, readPeriod } from './read-filters.ts';
import { brandNamed, readerOf, withSession } from './session.ts';

export async function qualityCommand(
  flags: PlaceFlags & Pick<FilterFlags, 'since' | 'until'> & OutputFlags,
  world: World,
): Promise<void> {
  await withSession(flags, world, async (session) => {
    const brand = brandNamed(session.settings, flags);
    const reader = readerOf(session, brand);
    const period = readPeriod(flags, reader, '30d');
    const rows = await qualityAnswer(reader, period);
    await printAnswer(
      {
        columns: columns(),
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
    world.complain(
      `Mentions ${periodWords(period, reader)}. Agreement: with what people relabelled, mostly because it looked wrong. Export it: promisewatch export relabels.jsonl --relabels`,
    );
  });
}

type Part = 'unclassified' | 'unsupported' | 'unsure' | 'sentimentAgreement' | 'verdictAgreement';

function columns(): Column<SourceQuality>[] {
  const share = (name: Part, title: string): Column<SourceQuality>[] => [
    {
      name,
      type: 'number',
      title,
      value: (row) => row[name]?.value ?? null,
      show: (row) => shareWords(row[name]),
    },
    { name: `${name}Low`, type: 'number', value: (row) => row[name]?.low ?? null },
    { name: `${name}High`, type: 'number', value: (row) => row[name]?.high ?? null },
  ];
  return [
    {
      name: 'source',
      type: 'string',
      title: 'SOURCE',
      value: (row) => row.source,
      show: (row) => row.source ?? 'all',
    },
    { name: 'mentions', type: 'integer', title: 'MENTIONS', value: (row) => row.mentions },
    ...share('unclassified', 'UNCLASSIFIED'),
    ...share('unsupported', 'UNSUPPORTED'),
    ...share('unsure', 'UNSURE'),
    { name: 'relabelled', type: 'integer', title: 'RELABELLED', value: (row) => row.relabelled },
    ...share('sentimentAgreement', 'SENTIMENT AGREES'),
    ...share('verdictAgreement', 'VERDICTS AGREE'),
  ];
}
