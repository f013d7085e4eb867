import type { Brand } from '../brands/brand.ts';
import { casesBetween } from '../digest/cases.ts';
import { composeDigest, MAX_EVIDENCE } from '../digest/compose.ts';
import type { DigestModel } from '../digest/digest.ts';
import type { DigestRow } from '../digest/outbox-rows.ts';
import { scopeKey } from '../digest/recipient-scope.ts';
import { addDays, dayIn, daysBetween } from '../mentions/day.ts';
import type { Checkpoints, DigestStore, MentionStore, SourceStates } from '../ports.ts';
import { leftOut } from '../rollups/left-out.ts';
import type { Note } from '../rollups/note.ts';
import type { Rollup } from '../rollups/rollup.ts';
import { readingOf, type SourceReading } from '../sources/health.ts';
import type { CheckInput } from '../trends/check.ts';
import type { CheckResult, Incident } from '../trends/incident.ts';
import {
  type DigestPlan,
  type FirstReading,
  mentionsFor,
  periodicPlan,
  planDigests,
} from './digest-plans.ts';
import { relevantMentions } from './relevant-mentions.ts';

/** Everything that the digests of one checked day are made of, but the mentions. */
export interface Morning {
  readonly brand: Brand;
  readonly timeZone: string;
  readonly now: Date;
  /** The frozen result of the day's check. */
  readonly result: CheckResult;
  readonly rollups: readonly Rollup[];
  /** Incidents before the check: not closed, or closed lately. */
  readonly known: readonly Incident[];
  readonly outages: CheckInput['outages'];
  readonly notes: readonly Note[];
}

export interface ComposeDeps {
  readonly store: MentionStore;
  readonly states: Pick<SourceStates, 'get'>;
}

export interface MakeDigestsDeps extends ComposeDeps {
  readonly digests: Pick<DigestStore, 'freeze' | 'get'>;
  readonly checkpoints: Checkpoints;
}

/** Local day on which a brand was checked first. */
const startedKey = (brand: string) => `started#${brand}`;
/** When the brand's last digest was made: what people did since is told in the next one. */
const digestedKey = (brand: string) => `digested#${brand}`;

/** Notes on which day a brand is checked first; the first reading comes on a later one. */
export async function noteStart(
  brand: string,
  timeZone: string,
  now: Date,
  checkpoints: Checkpoints,
): Promise<void> {
  await checkpoints.set(startedKey(brand), dayIn(timeZone, now));
}

/**
 * Freezes every digest that a checked day gives reason for. Made again, also after a crash at any point, it
 * freezes what is missing and nothing twice.
 *
 * @returns how many were frozen by this call
 */
export async function makeDigests(morning: Morning, deps: MakeDigestsDeps): Promise<number> {
  const { brand, result, now } = morning;
  const plans = planDigests(brand, result, await firstReading(morning, deps));
  if (plans.length === 0) return 0;
  const since = (await deps.checkpoints.get(digestedKey(brand.id))) ?? '';
  let made = 0;
  for (const plan of plans) {
    const model = await composePlan(plan, morning, since, deps);
    if (hasNothingToSay(model)) continue;
    if (await deps.digests.freeze(rowOf(plan, model, morning))) made++;
  }
  await deps.checkpoints.set(digestedKey(brand.id), now.toISOString());
  return made;
}

/** The first reading comes once, on a morning after the day of the first check. */
async function firstReading(
  { brand, timeZone, now, result }: Morning,
  { checkpoints, digests }: MakeDigestsDeps,
): Promise<FirstReading> {
  const started = await checkpoints.get(startedKey(brand.id));
  const { key } = periodicPlan('first-reading', result.day, undefined);
  if (started === undefined || (await digests.get(brand.id, key)) !== undefined) return 'made';
  const today = dayIn(timeZone, now);
  // Of several days that are made up for, the newest one.
  return started < today && result.day === addDays(today, -1) ? 'due' : 'not-yet';
}

/** A daily list without an entry is not sent. */
function hasNothingToSay({ kind, quotes }: DigestModel): boolean {
  return kind === 'every-negative' && quotes.length === 0;
}

/**
 * The frozen model of one planned digest.
 *
 * @param since what people did with single mentions is counted from this instant on
 */
export async function composePlan(
  plan: DigestPlan,
  morning: Morning,
  since: string,
  { store, states }: ComposeDeps,
): Promise<DigestModel> {
  const { brand, result, timeZone, now, known, notes, outages } = morning;
  const [first, ...also] = plan.parts;
  const current = new Set(result.incidents.map(({ number }) => number));
  const read = await relevantMentions(
    { brand: brand.id, cv: result.cv, from: plan.from, to: result.day, now },
    mentionsFor(plan, MAX_EVIDENCE),
    { store, notes, leftOut },
  );
  return composeDigest({
    brand,
    kind: plan.kind,
    incident: first?.incident ?? null,
    also,
    check: result,
    rollups: morning.rollups,
    ...read,
    // Closed incidents keep their days out of the baseline that the chart shows, as in the check.
    incidents: [...result.incidents, ...known.filter(({ number }) => !current.has(number))],
    coverage: await readings(brand, states, now),
    timeZone,
    now,
    outages,
    scope: plan.scope,
    actions: notes.filter((note) => note.kind === 'action'),
    cases: casesBetween(notes, since, now.toISOString()),
  });
}

function rowOf(plan: DigestPlan, model: DigestModel, { brand, result, now }: Morning): DigestRow {
  const worst = plan.parts[0]?.incident;
  const scope = scopeKey(plan.scope);
  return {
    brand: brand.id,
    key: plan.key,
    kind: model.kind,
    incidents: model.incidents.map(({ number }) => number),
    seq: worst === undefined ? 1 : daysBetween(worst.openedOn, result.day) + 1,
    createdAt: now.toISOString(),
    day: result.day,
    serious: plan.serious,
    promises: [...new Set(model.incidents.flatMap(({ promise }) => promise?.id ?? []))],
    ...(scope !== null && { scope }),
    ...(plan.scopes.length > 0 && { scopes: [...plan.scopes] }),
    model: JSON.stringify(model),
  };
}

async function readings(
  brand: Brand,
  states: Pick<SourceStates, 'get'>,
  now: Date,
): Promise<SourceReading[]> {
  return Promise.all(
    brand.sources.map(async (source) => readingOf(source, await states.get(source.id), now)),
  );
}
