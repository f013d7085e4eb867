import type { SourceSettings } from '../brands/source-settings.ts';
import { composeCoverage } from '../digest/coverage.ts';
import type { Coverage } from '../digest/digest.ts';
import { addDays } from '../mentions/day.ts';
import type { SourceState } from '../sources/source-state.ts';
import { checkedDay, checkOf } from './check-input.ts';
import { dayCounts, totalOf } from './day-counts.ts';
import type { Counts } from './figures.ts';
import type { Filters } from './filters.ts';
import { type Share, shareOf } from './interval.ts';
import { TABLE_DAYS } from './promises.ts';
import type { BrandReader } from './reader.ts';

/** One source: how its reads go and what it said in a period. */
export interface SourceAnswer {
  readonly source: SourceSettings;
  /** `unread`: known, never read successfully. `waiting`: not taken up yet. */
  readonly health: 'reading' | 'failing' | 'unread' | 'waiting' | 'import';
  readonly state: Omit<SourceState, 'seen'> | null;
  readonly counts: Counts;
  readonly negativeShare: Share | null;
}

export async function sourcesAnswer(
  reader: BrandReader,
  filters: Omit<Filters, 'text' | 'population'>,
): Promise<SourceAnswer[]> {
  const populations = await Promise.all(
    (['customer', 'employee'] as const).map(async (population) => ({
      population,
      days: await dayCounts(reader, { ...filters, population }),
    })),
  );
  return Promise.all(
    reader.brand.sources
      .filter(({ id }) => filters.source === undefined || filters.source.includes(id))
      .map(async (source) => {
        const known = await reader.stores.states.get(source.id);
        const own = populations.find(({ population }) => population === source.population);
        const counts = totalOf((own?.days ?? []).filter((day) => day.source === source.id));
        return {
          source,
          health: healthOf(source, known),
          state: known === undefined ? null : withoutRing(known),
          counts,
          negativeShare: shareOf(counts.negative, counts.mentions),
        };
      }),
  );
}

function withoutRing({ seen: _seen, ...state }: SourceState): Omit<SourceState, 'seen'> {
  return state;
}

function healthOf(source: SourceSettings, state: SourceState | undefined): SourceAnswer['health'] {
  if (source.connector === 'import') return 'import';
  if (state === undefined) return 'waiting';
  if (state.failingSince !== null) return 'failing';
  return state.lastReadAt === null ? 'unread' : 'reading';
}

/** What of the seven days up to the checked one was read and counted: as the digest prints it. */
export async function coverageAnswer(reader: BrandReader): Promise<Coverage | undefined> {
  const day = await checkedDay(reader);
  const checked = await checkOf(reader, day);
  if (checked === undefined) return undefined;
  const from = addDays(day, 1 - TABLE_DAYS);
  const rollups = await reader.rollups(from, day);
  const readings = await Promise.all(
    reader.brand.sources.map(async ({ id, name }) => {
      const state = await reader.stores.states.get(id);
      return {
        source: id,
        name,
        lastReadAt: state?.lastReadAt ?? null,
        items: state?.lastItems ?? 0,
        failingSince: state?.failingSince ?? null,
        reason: state?.problem?.message ?? null,
      };
    }),
  );
  const ofVersion = rollups.filter(({ cv }) => cv === checked.check.cv);
  return composeCoverage(
    reader.brand,
    checked.check,
    readings,
    new Map(ofVersion.map((rollup) => [rollup.day, rollup])),
    from,
    day,
  );
}
