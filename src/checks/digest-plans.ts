import type { Brand, RecipientScope } from '../brands/brand.ts';
import type { IndexedMention } from '../classification/indexed-mention.ts';
import type { DigestKind, IncidentKind } from '../digest/digest.ts';
import { incidentRef, worstFirst } from '../digest/incident-part.ts';
import { wantsKind } from '../digest/open-hours.ts';
import { incidentInScope, mentionInScope, scopeKey, scopesOf } from '../digest/recipient-scope.ts';
import { addDays, daysBetween } from '../mentions/day.ts';
import { dayNumber, weekday } from '../trends/day.ts';
import type { CheckResult, Incident } from '../trends/incident.ts';
import { isRelevant } from './relevant-mentions.ts';

export interface IncidentPart {
  readonly incident: Incident;
  readonly kind: IncidentKind;
}

/** One digest to be made: of what kind, about what, for whom. */
export interface DigestPlan {
  readonly kind: DigestKind;
  /** The digest's identity: the same event, or the same period, always has the same. */
  readonly key: string;
  /** Incidents that it tells of, the worst first; empty for periodic kinds. */
  readonly parts: readonly IncidentPart[];
  /** Undefined: everything about the brand. */
  readonly scope: RecipientScope | undefined;
  /** Keys of the scopes that have digests of their own, or nothing to read. */
  readonly scopes: readonly string[];
  readonly serious: boolean;
  /** First day whose mentions it may show. */
  readonly from: string;
}

/** Whether it is time for the one first reading; until it is made, no other kind without an incident is. */
export type FirstReading = 'not-yet' | 'due' | 'made';

/** Days of the first reading, and of the weekly pulse. */
export const FIRST_READING_DAYS = 28;
export const PULSE_DAYS = 7;
/** Mean mentions a day from which on nobody wants every negative one listed. */
const FEW_MENTIONS = 10;
/** Mentions read for the two or four quotes of a periodic digest. */
const QUOTE_CANDIDATES = 600;
/** Mentions read for an incident: more than any attached file holds. */
const INCIDENT_MENTIONS = 20_000;

/**
 * What a checked day gives reason to write: what happened to incidents, the first reading, the pulse after a
 * Sunday, the daily list of a brand with few mentions. Periods are days of the brand; each recipient's own
 * clock decides when the mail goes out.
 */
export function planDigests(
  brand: Brand,
  result: CheckResult,
  firstReading: FirstReading,
): DigestPlan[] {
  const { day, mentionsPerDay } = result;
  const plans = incidentPlans(brand, result);
  if (firstReading === 'due') plans.push(...periodicPlans(brand, result, 'first-reading'));
  if (firstReading !== 'made') return plans;
  if (weekday(dayNumber(day)) === 0) plans.push(...periodicPlans(brand, result, 'weekly-pulse'));
  if (mentionsPerDay < FEW_MENTIONS) plans.push(...periodicPlans(brand, result, 'every-negative'));
  return plans;
}

/** One digest for all that happened on one morning; it goes into the worst incident's thread. */
function incidentPlans(brand: Brand, result: CheckResult): DigestPlan[] {
  const parts = result.events.flatMap(({ kind, number }) => {
    const incident = result.incidents.find((candidate) => candidate.number === number);
    return incident === undefined ? [] : [{ incident, kind }];
  });
  if (parts.length === 0) return [];
  const scopes = scopesOf(brand.recipients);
  const keys = scopes.map((scope) => scopeKey(scope) as string);
  return [undefined, ...scopes].flatMap((scope) => {
    const own = parts.filter(({ incident }) => incidentInScope(incident, scope));
    const plan = incidentPlan(brand, own, result.day, scope);
    if (plan === undefined) return [];
    if (scope === undefined) return [{ ...plan, scopes: keys }];
    return isWanted(brand, plan) ? [plan] : [];
  });
}

/** The digest about these incidents; undefined without one. */
export function incidentPlan(
  brand: Brand,
  parts: readonly IncidentPart[],
  day: string,
  scope?: RecipientScope,
): DigestPlan | undefined {
  const sorted = worstFirst(parts);
  const [worst] = sorted;
  if (worst === undefined) return undefined;
  const seq = daysBetween(worst.incident.openedOn, day) + 1;
  return {
    kind: worst.kind,
    key: keyFor(`${incidentRef(brand, worst.incident)}#${worst.kind}#${seq}`, scope),
    parts: sorted,
    scope,
    scopes: [],
    serious: parts.some(({ incident }) => incident.serious),
    from: parts.map(({ incident }) => incident.since).toSorted()[0] ?? day,
  };
}

type PeriodicKind = 'first-reading' | 'weekly-pulse' | 'every-negative';

function periodicPlans(brand: Brand, { day }: CheckResult, kind: PeriodicKind): DigestPlan[] {
  const scopes = scopesOf(brand.recipients);
  const scopeKeys = scopes.map((scope) => scopeKey(scope) as string);
  const plans = [undefined, ...scopes].map((scope) => ({
    ...periodicPlan(kind, day, scope),
    scopes: scope === undefined ? scopeKeys : [],
  }));
  // The first reading is made whoever reads it: a later configuration must not bring it again.
  return plans.filter(
    (plan) => isWanted(brand, plan) || (kind === 'first-reading' && plan.scope === undefined),
  );
}

/** The digest of a kind without an incident, about the days that end with `day`. */
export function periodicPlan(
  kind: PeriodicKind,
  day: string,
  scope: RecipientScope | undefined,
): DigestPlan {
  const days = { 'first-reading': FIRST_READING_DAYS, 'weekly-pulse': PULSE_DAYS }[kind as string];
  const period = kind === 'first-reading' ? 'first' : day;
  return {
    kind,
    key: keyFor(`${period}#${kind}#1`, scope),
    parts: [],
    scope,
    scopes: [],
    serious: false,
    from: addDays(day, 1 - (days ?? 1)),
  };
}

function keyFor(key: string, scope: RecipientScope | undefined): string {
  return scope === undefined ? key : `${key}#${scopeKey(scope)}`;
}

/** Whether somebody with exactly this scope asked for such digests. */
function isWanted(brand: Brand, { kind, serious, scope }: DigestPlan): boolean {
  return brand.recipients.some(
    (recipient) =>
      scopeKey(recipient.scope) === scopeKey(scope) && wantsKind(recipient, { kind, serious }),
  );
}

/** The mentions that a digest needs with their texts. */
export function mentionsFor({ kind, parts, scope }: DigestPlan, evidence: number) {
  const inScope = (mention: IndexedMention) =>
    mentionInScope(mention.source, mention.verdicts, scope);
  const complaint = (mention: IndexedMention) => mention.sentiment === 'negative';
  switch (kind) {
    case 'first-reading':
      return { wanted: inScope, most: evidence };
    case 'weekly-pulse':
      return {
        wanted: (mention: IndexedMention) =>
          inScope(mention) && (complaint(mention) || mention.sentiment === 'positive'),
        most: QUOTE_CANDIDATES,
      };
    case 'every-negative':
      return {
        wanted: (mention: IndexedMention) => inScope(mention) && complaint(mention),
        most: evidence,
      };
    default: {
      const series = parts.map(({ incident }) => incident.series);
      return {
        // Employees are quoted in a section of their own, whatever the incident is about.
        wanted: (mention: IndexedMention) =>
          isRelevant(mention, series) || (mention.population === 'employee' && complaint(mention)),
        most: INCIDENT_MENTIONS,
      };
    }
  }
}
