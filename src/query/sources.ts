import { isPolled, type SourceSettings } from '../brands/source-settings.ts';
import { composeCoverage } from '../digest/coverage.ts';
import type { Coverage } from '../digest/digest.ts';
import { addDays } from '../mentions/day.ts';
import { cautionOf } from '../sources/connectors/registry.ts';
import { type HealthState, healthOf, readingOf } from '../sources/health.ts';
import type { SourceProblem, SourceState } from '../sources/source-state.ts';
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
  /** As docs/sources.md lists them; a source that is not read on a schedule is called by its connector. */
  readonly health: HealthState | 'import' | 'webhook';
  /** Since when; null where that is not known. */
  readonly since: string | null;
  /** Why, and what to do; null while there is nothing to do. */
  readonly problem: SourceProblem | null;
  /** What its reading rests on, where it was never run against the service; else null. */
  readonly caution: string | null;
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
          ...standing(source, known, reader.now),
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

type Standing = Pick<SourceAnswer, 'health' | 'since' | 'problem' | 'caution'>;

function standing(source: SourceSettings, state: SourceState | undefined, now: Date): Standing {
  if (!isPolled(source))
    return { health: source.connector, since: null, problem: null, caution: null };
  const caution = cautionOf(source);
  if (state === undefined) return { health: 'waiting', since: null, problem: null, caution };
  const { state: health, since, problem } = healthOf(state, now);
  return { health, since, problem, caution };
}

/** What of the seven days up to the checked one was read and counted: as the digest prints it. */
export async function coverageAnswer(reader: BrandReader): Promise<Coverage | undefined> {
  const day = await checkedDay(reader);
  const checked = await checkOf(reader, day);
  if (checked === undefined) return undefined;
  const from = addDays(day, 1 - TABLE_DAYS);
  const rollups = await reader.rollups(from, day);
  const readings = await Promise.all(
    reader.brand.sources.map(async (source) =>
      readingOf(source, await reader.stores.states.get(source.id), reader.now),
    ),
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
