import { addDays, wallClock } from '../mentions/day.ts';
import { outageSpans } from '../rollups/note.ts';
import { type CheckInput, checkBrand } from '../trends/check.ts';
import type { CheckResult } from '../trends/incident.ts';
import { LOOKBACK_DAYS } from '../trends/settings.ts';
import type { BrandReader } from './reader.ts';

/** The last day that is over in the brand's time zone. */
export function lastClosedDay({ timeZone, now }: Pick<BrandReader, 'timeZone' | 'now'>): string {
  return addDays(wallClock(timeZone, now).day, -1);
}

/** The day that a question about trends is answered for: the last one that was checked, else the last closed one. */
export async function checkedDay(reader: BrandReader): Promise<string> {
  const { stores, brand } = reader;
  return (await stores.checkpoints.get(`check#${brand.id}`)) ?? lastClosedDay(reader);
}

/** What a check of that day sees. Undefined before the first mention was judged. */
export async function checkInput(
  reader: BrandReader,
  day: string,
): Promise<CheckInput | undefined> {
  const cv = await reader.cv();
  if (cv === undefined) return undefined;
  const { incidents, lastNumber } = await reader.stores.incidents.recent(
    reader.brand.id,
    '0000-01-01',
  );
  return {
    brand: reader.brand,
    day,
    cv,
    rollups: await reader.rollups(addDays(day, -LOOKBACK_DAYS), day),
    // An incident that opened later is none of this day's.
    incidents: incidents.filter(({ openedOn }) => openedOn <= day),
    lastNumber,
    outages: outageSpans(await reader.notes()),
  };
}

/**
 * The day's check: as it was frozen, or where none was made yet, as it would be with the counts of now.
 * Nothing is stored.
 */
export async function checkOf(
  reader: BrandReader,
  day: string,
): Promise<{ readonly check: CheckResult; readonly made: boolean } | undefined> {
  const frozen = await reader.stores.incidents.check(reader.brand.id, day);
  if (frozen !== undefined) return { check: frozen, made: true };
  const input = await checkInput(reader, day);
  return input === undefined ? undefined : { check: checkBrand(input), made: false };
}
