import * as z from 'zod';
import type { Brand } from '../brands/brand.ts';
import { addDays } from '../mentions/day.ts';
import { parseJson } from '../parse.ts';
import type { Checkpoints, IncidentStore, NoteStore, RollupStore } from '../ports.ts';
import { outageSpans } from '../rollups/note.ts';
import { checkBrand, daysRead } from '../trends/check.ts';
import { type CheckResult, Series } from '../trends/incident.ts';

/**
 * Series that a new classifier version made fire, not the customers: they fire on a day that the old version had
 * checked already. None of them opens an incident until it has been quiet once.
 */
const SwitchMask = z.strictObject({ cv: z.string(), series: z.array(Series) });
export type SwitchMask = z.infer<typeof SwitchMask>;

const keyOf = (brand: string) => `switched#${brand}`;
/** A closed incident keeps its days out of the baseline for this long. */
const CLOSED_INCIDENT_DAYS = 60;

export async function readMask(
  brand: string,
  checkpoints: Pick<Checkpoints, 'get'>,
): Promise<SwitchMask | undefined> {
  const value = await checkpoints.get(keyOf(brand));
  return value === undefined ? undefined : parseJson(SwitchMask, value, keyOf(brand));
}

export async function writeMask(
  brand: string,
  mask: SwitchMask,
  checkpoints: Pick<Checkpoints, 'set'>,
): Promise<void> {
  await checkpoints.set(keyOf(brand), JSON.stringify(mask));
}

/** The series that fire on a day by the counts of one classifier version. */
export async function firingAt(
  brand: Brand,
  day: string,
  cv: string,
  deps: {
    readonly rollups: RollupStore;
    readonly incidents: IncidentStore;
    readonly notes: Pick<NoteStore, 'ofBrand'>;
  },
): Promise<string[]> {
  const { incidents } = await deps.incidents.recent(brand.id, addDays(day, -CLOSED_INCIDENT_DAYS));
  const outages = outageSpans(await deps.notes.ofBrand(brand.id));
  const reads = daysRead({ day, incidents, outages });
  const rollups = await deps.rollups.between(brand.id, addDays(day, 1 - reads), day);
  const { tests } = checkBrand({ brand, day, cv, rollups, incidents, outages });
  return [...new Set(tests.filter(({ fires }) => fires).map(({ series }) => series))].toSorted();
}

/**
 * The result without incidents that only masked series opened, and the mask without the series that are quiet now.
 * Incidents that were there before go on as they are.
 */
export function withoutMasked(
  result: CheckResult,
  mask: SwitchMask,
): { readonly result: CheckResult; readonly mask: SwitchMask } {
  const firing = new Set<string>(
    result.tests.filter(({ fires }) => fires).map(({ series }) => series),
  );
  const series = mask.cv === result.cv ? mask.series.filter((one) => firing.has(one)) : [];
  const masked = new Set<string>(series);
  const dropped = new Set(
    result.incidents
      .filter(
        (incident) =>
          incident.openedOn === result.day &&
          result.events.some(
            ({ kind, number }) => kind === 'opened' && number === incident.number,
          ) &&
          [incident.series, ...incident.alsoFired].every((one) => masked.has(one)),
      )
      .map(({ number }) => number),
  );
  if (dropped.size === 0) return { result, mask: { ...mask, series } };
  return {
    result: {
      ...result,
      events: result.events.filter(({ number }) => !dropped.has(number)),
      incidents: result.incidents.filter(({ number }) => !dropped.has(number)),
      skipped: [
        ...result.skipped,
        `${series.join(', ')}: fired already when classifier version ${result.cv} was put in force; nothing is opened until it has been quiet.`,
      ],
    },
    mask: { ...mask, series },
  };
}
