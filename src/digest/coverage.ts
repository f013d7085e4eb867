import type { Brand, Day } from '../brands/brand.ts';
import type { Rollup } from '../rollups/rollup.ts';
import type { CheckResult } from '../trends/incident.ts';
import type { Coverage, CoverageRow } from './digest.ts';

/** What is known about the reads of one source. */
export interface SourceReading {
  readonly source: string;
  readonly name: string;
  /** End of the last successful read, ISO in UTC; null before the first one. */
  readonly lastReadAt: string | null;
  /** Items listed by that read. */
  readonly items: number;
  /** When reads began to fail, ISO in UTC; null while they succeed. */
  readonly failingSince: string | null;
  /** Why the last read failed, in one sentence. */
  readonly reason: string | null;
}

/** What was read, counted and left out from `from` to `to`. Every source of the brand has a row. */
export function composeCoverage(
  brand: Brand,
  check: CheckResult,
  readings: readonly SourceReading[],
  days: ReadonlyMap<Day, Rollup>,
  from: Day,
  to: Day,
): Coverage {
  const total = {
    mentions: 0,
    negative: 0,
    unclassified: 0,
    unsupported: 0,
    copies: 0,
    overAuthorCap: 0,
  };
  for (const [day, rollup] of days) {
    if (day < from || day > to) continue;
    for (const counts of Object.values(rollup.sources)) {
      for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += counts[key];
    }
  }
  return {
    from,
    to,
    ...total,
    sources: brand.sources.map((source) => row(source, check, readings)),
  };
}

function row(
  source: Brand['sources'][number],
  check: CheckResult,
  readings: readonly SourceReading[],
): CoverageRow {
  const reading = readings.find((item) => item.source === source.id);
  const checked = check.coverage.find((item) => item.source === source.id);
  return {
    source: source.id,
    name: source.name,
    population: source.population,
    state: stateOf(reading, checked),
    lastReadAt: reading?.lastReadAt ?? null,
    items: reading?.items ?? 0,
    failingSince: reading?.failingSince ?? null,
    reason: reading?.reason?.slice(0, 200) ?? null,
    expected: checked?.expected ?? 0,
    seen: checked?.seen ?? 0,
    daysWithData: checked?.daysWithData ?? 0,
  };
}

/** A source that cannot be read says nothing about the brand, so that comes before all else. */
function stateOf(
  reading: SourceReading | undefined,
  checked: CheckResult['coverage'][number] | undefined,
): CoverageRow['state'] {
  if (reading?.failingSince) return 'failing';
  if (reading === undefined || reading.lastReadAt === null) return 'never-read';
  if (checked?.state === 'silent' || checked?.state === 'outage') return checked.state;
  if (checked?.state === 'learning' || checked?.state === 'no-data') return 'learning';
  return 'read';
}
