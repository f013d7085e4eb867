import type { Brand, Day } from '../brands/brand.ts';
import type { ClassifiedMention } from '../classification/classified-mention.ts';
import { addDays } from '../mentions/day.ts';
import type { Rollup } from '../rollups/rollup.ts';
import type { SourceReading } from '../sources/health.ts';
import type { CheckInput } from '../trends/check.ts';
import { mixWarning } from '../trends/honesty.ts';
import type { CheckResult, Incident } from '../trends/incident.ts';
import type { Action } from './actions.ts';
import { actionsToShow, lately, mentionsPerDay, scopeInWords } from './beside.ts';
import { composeCoverage } from './coverage.ts';
import {
  type CaseCounts,
  type DigestIncident,
  type DigestKind,
  DigestModel,
  type DigestQuote,
  deepFreeze,
  type FurtherIncident,
  type IncidentKind,
  type LeftOut,
} from './digest.ts';
import { figuresOf, promiseRows } from './figures.ts';
import { composeIncident, incidentRef, isCounted, worstFirst } from './incident-part.ts';
import { chooseQuotes, quoteMention } from './quotes.ts';
import {
  type Interest,
  incidentInScope,
  mentionInScope,
  promiseInScope,
} from './recipient-scope.ts';
import { BRAND_SCOPE, byDay, countsAgainst, countsFor, nameSeries, sourceName } from './scope.ts';

/** Why the rollups leave a mention out: a further copy, or more than three of one author a day. */
export type Uncounted = ReadonlyMap<string, LeftOut>;

/** Everything a digest is made of. Nothing here is read from anywhere else. */
export interface DigestInput {
  readonly brand: Brand;
  readonly kind: DigestKind;
  /** The incident of an incident kind; null for the other kinds. */
  readonly incident: Incident | null;
  /** Further incidents of the same morning: the mail is then a combined one. */
  readonly also?: readonly { readonly incident: Incident; readonly kind: IncidentKind }[];
  readonly check: CheckResult;
  /** At least the last 28 days; 63 days give every figure. Other classifier versions are ignored. */
  readonly rollups: readonly Rollup[];
  /** Newest versions, at least from the incident's `since` (or of the period) to the check's day. */
  readonly mentions: readonly ClassifiedMention[];
  readonly uncounted?: Uncounted;
  /** Mentions that belong into the attached file but are beyond those given. */
  readonly beyond?: number;
  /** What its readers have to do with. Default: everything. The incidents given are theirs already. */
  readonly scope?: Interest;
  readonly coverage: readonly SourceReading[];
  readonly timeZone: string;
  readonly now: Date;
  /** Incidents that shape the baseline: those not closed and those closed lately. Default: the check's. */
  readonly incidents?: readonly Incident[];
  /** Announced outages, as the check got them. */
  readonly outages?: CheckInput['outages'];
  readonly actions?: readonly Action[];
  readonly cases?: CaseCounts | null;
}

/** Rows of the attached file. */
export const MAX_EVIDENCE = 2000;

/**
 * Makes the frozen model of one digest: a pure function of its input, whatever the order of its lists.
 *
 * @throws {Error} when an incident kind comes without an incident
 */
export function composeDigest(input: DigestInput): DigestModel {
  const { brand, check, kind } = input;
  const days = byDay(input.rollups, check.cv);
  const checkInput: CheckInput = {
    brand,
    day: check.day,
    cv: check.cv,
    rollups: input.rollups,
    incidents: input.incidents ?? check.incidents,
    outages: input.outages ?? [],
  };
  const events = worstFirst(eventsOf(input));
  const { from, to } = periodOf(kind, check.day, events);
  const shown: DigestIncident[] = [];
  for (const event of events.slice(0, 3)) {
    // Nobody is quoted twice in one mail.
    const quoted = new Set(shown.flatMap(({ quotes }) => quotes.map(({ mention }) => mention)));
    const { mentions, uncounted } = input;
    shown.push(
      composeIncident({ ...event, brand, check, checkInput, days, mentions, uncounted, quoted }),
    );
  }
  const evidence = evidenceOf(input, events, from, to);
  const first = events[0];
  return deepFreeze(
    DigestModel.parse({
      v: 1,
      kind: first?.kind ?? kind,
      brand: { id: brand.id, name: brand.name, code: brand.code },
      sensitivity: brand.sensitivity,
      timeZone: input.timeZone,
      scope: scopeInWords(input),
      madeAt: input.now.toISOString(),
      from,
      to,
      incidents: shown,
      further: events
        .slice(3)
        .map(({ incident, kind }) => further(brand, checkInput, incident, kind)),
      quotes: first ? [] : heard(input, from, to),
      open: check.incidents
        .filter((incident) => incident.state === 'open' && incidentInScope(incident, input.scope))
        .map((incident) => incidentRef(brand, incident))
        .sort(),
      lately: first ? [] : lately(input, from, checkInput),
      promises: promiseRows(brand, checkInput, check.incidents).filter(({ id }) =>
        promiseInScope(id, input.scope),
      ),
      employees: employees(input, days, from, to),
      actions: actionsToShow(input, first?.incident, checkInput),
      cases: input.cases ?? null,
      coverage: composeCoverage(brand, check, input.coverage, days, from, to, input.scope),
      learning: check.learning,
      mentionsPerDay: mentionsPerDay(input),
      evidence: {
        filename: filename(brand, kind, first?.incident, to),
        total: evidence.length + (evidence.length > 0 ? (input.beyond ?? 0) : 0),
        uncounted: evidence.filter(({ id }) => input.uncounted?.has(id)).length,
        mentions: evidence.slice(0, MAX_EVIDENCE).map(({ id, version }) => {
          const leftOut = input.uncounted?.get(id);
          return { id, version, ...(leftOut && { leftOut }) };
        }),
      },
      skipped: untold(check, brand, mixWarning(checkInput)),
    } satisfies DigestModel),
  );
}

export interface IncidentEventPart {
  readonly incident: Incident;
  readonly kind: IncidentKind;
}

function eventsOf({ kind, incident, also = [] }: DigestInput): IncidentEventPart[] {
  if (kind === 'first-reading' || kind === 'every-negative' || kind === 'weekly-pulse') return [];
  if (incident === null) throw new Error(`a digest of kind ${kind} needs its incident`);
  return [{ incident, kind }, ...also];
}

/** The days that the mail is about. */
function periodOf(kind: DigestKind, day: Day, events: readonly IncidentEventPart[]) {
  const first = events[0];
  if (first) {
    const { opening, since } = first.incident;
    return first.kind === 'opened'
      ? { from: opening.from, to: opening.to }
      : { from: since, to: day };
  }
  if (kind === 'weekly-pulse') return { from: addDays(day, -6), to: day };
  if (kind === 'first-reading') return { from: addDays(day, -27), to: day };
  return { from: day, to: day };
}

function further(
  brand: Brand,
  checkInput: CheckInput,
  incident: Incident,
  kind: IncidentKind,
): FurtherIncident {
  const { window, observed, expected } = figuresOf(incident, kind, checkInput);
  return {
    ref: incidentRef(brand, incident),
    kind,
    ...nameSeries(incident.series, brand),
    window,
    observed,
    expected,
  };
}

/** Warnings and what the check could not decide, without what the coverage says of single sources. */
function untold(
  { skipped, coverage }: CheckResult,
  brand: Brand,
  warning: string | undefined,
): string[] {
  const told = skipped.flatMap((sentence) => {
    const row = coverage.find(({ source }) => sentence.startsWith(`${source}: `));
    if (row === undefined) return [sentence];
    if (row.state !== 'read') return [];
    return [sourceName(row.source, brand) + sentence.slice(row.source.length)];
  });
  return warning === undefined ? told : [warning, ...told];
}

const inPeriod = (from: Day, to: Day) => (mention: ClassifiedMention) =>
  mention.bucketDay >= from && mention.bucketDay <= to;

const isInScope = ({ source, classification }: ClassifiedMention, scope: Interest) =>
  mentionInScope(source, classification.verdicts, scope);

/** What was heard, for kinds without an incident. */
function heard(input: DigestInput, from: Day, to: Day): DigestQuote[] {
  const { brand, kind } = input;
  const counted = input.mentions
    .filter(inPeriod(from, to))
    .filter((mention) => isInScope(mention, input.scope))
    .filter((mention) => isCounted(mention, input.uncounted));
  const negative = counted.filter((mention) => countsAgainst(BRAND_SCOPE, mention));
  const positive = counted.filter((mention) => countsFor(BRAND_SCOPE, mention));
  const wish = { scope: BRAND_SCOPE, to, brand };
  if (kind === 'every-negative') {
    return negative
      .sort((a, b) => newestFirst(a, b))
      .slice(0, 20)
      .map((mention) => quoteMention(mention, { ...wish, tone: 'negative' }));
  }
  const each = kind === 'first-reading' ? 2 : 1;
  return [
    ...chooseQuotes(withVerdict(negative), { ...wish, tone: 'negative', count: each }),
    ...chooseQuotes(withVerdict(positive), { ...wish, tone: 'positive', count: each }),
  ];
}

/** Mentions that say something about a promise, as long as there are any. */
function withVerdict(mentions: ClassifiedMention[]): ClassifiedMention[] {
  const judged = mentions.filter(({ classification }) => classification.verdicts.length > 0);
  return judged.length > 0 ? judged : mentions;
}

/** The employees' voice of the period: counted apart, never tested. */
function employees(
  input: DigestInput,
  days: ReadonlyMap<Day, Rollup>,
  from: Day,
  to: Day,
): DigestModel['employees'] {
  // Who has to do with promises only does not read it.
  const own = (source: string) => input.scope === undefined || input.scope.sources.includes(source);
  const sources = input.brand.sources.filter(({ population }) => population === 'employee');
  if (!sources.some(({ id }) => own(id))) return null;
  const counts = [...days.values()]
    .filter(({ day }) => day >= from && day <= to)
    .flatMap((rollup) => Object.entries(rollup.employees))
    .flatMap(([source, row]) => (own(source) ? [row] : []));
  const said = input.mentions
    .filter(inPeriod(from, to))
    .filter(({ population, source }) => population === 'employee' && own(source))
    .filter(({ classification }) => classification.sentiment.label === 'negative');
  const wish = { scope: BRAND_SCOPE, to, brand: input.brand, tone: 'negative' as const, count: 1 };
  return {
    mentions: counts.reduce((sum, { mentions }) => sum + mentions, 0),
    negative: counts.reduce((sum, { negative }) => sum + negative, 0),
    quote: chooseQuotes(said, wish)[0] ?? null,
  };
}

/** Mentions of the attached file, newest first. */
function evidenceOf(
  input: DigestInput,
  events: readonly IncidentEventPart[],
  from: Day,
  to: Day,
): ClassifiedMention[] {
  const scopes = events.map(({ incident }) => nameSeries(incident.series, input.brand));
  const belongs = (mention: ClassifiedMention) =>
    scopes.length === 0
      ? countsAgainst(BRAND_SCOPE, mention)
      : scopes.some(({ promise, source }) =>
          countsAgainst({ promise: promise?.id ?? null, source: source?.id ?? null }, mention),
        );
  if (input.kind === 'weekly-pulse') return [];
  const own = input.mentions
    .filter(inPeriod(from, to))
    // An incident's mentions are all part of it, whoever reads of it.
    .filter((mention) => scopes.length > 0 || isInScope(mention, input.scope));
  return (input.kind === 'first-reading' ? own : own.filter(belongs)).sort(newestFirst);
}

function newestFirst(a: ClassifiedMention, b: ClassifiedMention): number {
  const [x, y] = [a.publishedAt ?? a.bucketDay, b.publishedAt ?? b.bucketDay];
  if (x !== y) return x < y ? 1 : -1;
  return a.id < b.id ? -1 : 1;
}

function filename(brand: Brand, kind: DigestKind, incident: Incident | undefined, to: Day): string {
  const name = kind === 'first-reading' ? 'first' : 'negative';
  return `${incident ? incidentRef(brand, incident) : `${brand.code}-${name}`}-${to}.csv`;
}
