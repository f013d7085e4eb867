import { type DigestPlan, incidentPlan, periodicPlan } from '../checks/digest-plans.ts';
import { composePlan, type Morning } from '../checks/make-digests.ts';
import { DigestModel } from '../digest/digest.ts';
import { addDays } from '../mentions/day.ts';
import { parseJson } from '../parse.ts';
import { outageSpans } from '../rollups/note.ts';
import { LOOKBACK_DAYS } from '../trends/settings.ts';
import { checkOf, lastClosedDay } from './check-input.ts';
import type { BrandReader } from './reader.ts';

/** A digest that can be shown now. */
export interface PresentDigest {
  readonly model: DigestModel;
  /** Null: made from the data as it stands; else when the outbox froze it. */
  readonly madeAt: string | null;
  /** Whether it is what the brand's people would read next. */
  readonly next: boolean;
}

/** Days that a closed incident is looked back on, as in the daily check. */
const CLOSED_INCIDENT_DAYS = 60;
const PERIODIC = ['first-reading', 'weekly-pulse', 'every-negative'] as const;

/**
 * Every kind of digest that the data gives, one each. What is true now is made from the data: events of the
 * last closed day, incidents that are open, the kinds without an incident. Other kinds are the newest that the
 * outbox holds. Nothing is stored.
 *
 * @returns empty before the first mention was judged; the next one first
 */
export async function presentDigests(reader: BrandReader): Promise<PresentDigest[]> {
  const morning = await presentMorning(reader);
  if (morning === undefined) return [];
  const { store, states } = reader.stores;
  const digests: Omit<PresentDigest, 'next'>[] = [];
  for (const plan of presentPlans(morning))
    digests.push({ model: await composePlan(plan, morning, '', { store, states }), madeAt: null });
  const present = new Set(digests.map(({ model }) => model.kind));
  digests.push(...(await frozenKinds(reader)).filter(({ model }) => !present.has(model.kind)));
  // An incident that goes on comes before a pulse, what has just happened before both.
  const next = digests.find(({ madeAt }) => madeAt === null);
  return digests.map((digest) => ({ ...digest, next: digest === next }));
}

async function presentMorning(reader: BrandReader): Promise<Morning | undefined> {
  const { brand, timeZone, now, stores } = reader;
  const day = lastClosedDay(reader);
  const checked = await checkOf(reader, day);
  if (checked === undefined) return undefined;
  const notes = await reader.notes();
  const { incidents } = await stores.incidents.recent(
    brand.id,
    addDays(day, -CLOSED_INCIDENT_DAYS),
  );
  return {
    brand,
    timeZone,
    now,
    result: checked.check,
    rollups: await reader.rollups(addDays(day, -LOOKBACK_DAYS), day),
    known: incidents,
    outages: outageSpans(notes),
    notes,
  };
}

function presentPlans({ brand, result }: Morning): DigestPlan[] {
  const { day } = result;
  const told = result.events.flatMap(({ kind, number }) => {
    const incident = result.incidents.find((one) => one.number === number);
    return incident === undefined ? [] : [{ incident, kind }];
  });
  const open = result.incidents
    .filter(({ state }) => state === 'open')
    .map((incident) => ({ incident, kind: 'still' as const }));
  const still = told.some(({ kind }) => kind === 'still') ? [] : open;
  return [
    incidentPlan(brand, told, day),
    incidentPlan(brand, still, day),
    periodicPlan('weekly-pulse', day, undefined),
    periodicPlan('first-reading', day, undefined),
    periodicPlan('every-negative', day, undefined),
  ].filter((plan) => plan !== undefined);
}

/** The newest digest of each kind with an incident that was made for people without a scope. */
async function frozenKinds({ brand, stores }: BrandReader) {
  const { digests } = await stores.sends.since(brand.id, '');
  const newest = new Map<string, (typeof digests)[number]>();
  for (const row of digests)
    if (row.scope === undefined && !PERIODIC.some((kind) => kind === row.kind))
      newest.set(row.kind, row);
  return [...newest.values()].map(({ key, model, createdAt }) => ({
    model: parseJson(DigestModel, model, `digest ${key}`),
    madeAt: createdAt,
  }));
}
