import type { Brand, Day } from '../brands/brand.ts';
import { isPolled } from '../brands/source-settings.ts';
import type { Rollup } from '../rollups/rollup.ts';
import type { SourceReading } from '../sources/health.ts';
import type { CheckResult } from '../trends/incident.ts';
import type { Coverage, CoverageRow } from './digest.ts';
import { type Interest, sourceInScope } from './recipient-scope.ts';

/** What was read, counted and left out from `from` to `to`. Every source of the scope has a row. */
export function composeCoverage(
  brand: Brand,
  check: CheckResult,
  readings: readonly SourceReading[],
  days: ReadonlyMap<Day, Rollup>,
  from: Day,
  to: Day,
  scope?: Interest,
): Coverage {
  const total = {
    mentions: 0,
    negative: 0,
    unclassified: 0,
    unsupported: 0,
    copies: 0,
    overAuthorCap: 0,
  };
  const counted = new Map<string, number>();
  for (const [day, rollup] of days) {
    if (day < from || day > to) continue;
    for (const [source, counts] of Object.entries(rollup.sources)) {
      if (!sourceInScope(source, scope)) continue;
      counted.set(source, (counted.get(source) ?? 0) + counts.mentions);
      for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += counts[key];
    }
  }
  return {
    from,
    to,
    ...total,
    sources: brand.sources
      .filter(({ id }) => sourceInScope(id, scope))
      .map((source) => ({
        ...row(source, check, readings),
        counted: counted.get(source.id) ?? 0,
      })),
  };
}

function row(
  source: Brand['sources'][number],
  check: CheckResult,
  readings: readonly SourceReading[],
): Omit<CoverageRow, 'counted'> {
  const reading = readings.find((item) => item.source === source.id);
  const checked = check.coverage.find((item) => item.source === source.id);
  return {
    source: source.id,
    name: source.name,
    population: source.population,
    state: stateOf(isPolled(source), reading, checked),
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
  isRead: boolean,
  reading: SourceReading | undefined,
  checked: CheckResult['coverage'][number] | undefined,
): CoverageRow['state'] {
  // An announced outage explains why it cannot be read.
  if (checked?.state === 'outage') return 'outage';
  if (reading?.failingSince) return 'failing';
  // What is imported or sent to us has no reads that could be missing.
  if (isRead && (reading?.lastReadAt ?? null) === null) return 'never-read';
  if (checked?.state === 'silent') return 'silent';
  if (checked?.state === 'learning' || checked?.state === 'no-data') return 'learning';
  return 'read';
}
