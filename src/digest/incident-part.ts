import type { Brand, Day } from '../brands/brand.ts';
import type { ClassifiedMention } from '../mentions/classified-mention.ts';
import type { Rollup } from '../rollups/rollup.ts';
import type { CheckResult, Incident, WindowTest } from '../trends/incident.ts';
import type { AlertLine } from './alert-line.ts';
import { addDays, countDays } from './dates.ts';
import type { DigestIncident, DigestQuote, IncidentKind } from './digest.ts';
import { chart, episode, praise, sourceBars, tally, voices } from './figures.ts';
import { chooseQuotes } from './quotes.ts';
import { countsAgainst, countsFor, nameSeries, type Scope, scopeOf, sourceName } from './scope.ts';

/** An incident's number as people say it, e.g. NB-0142. */
export function incidentRef(
  brand: Pick<Brand, 'code'>,
  { number }: Pick<Incident, 'number'>,
): string {
  return `${brand.code}-${String(number).padStart(4, '0')}`;
}

const URGENCY: readonly IncidentKind[] = [
  'worse',
  'reopened',
  'opened',
  'still',
  'new-normal',
  'recovered',
];

/** Orders by what a reader must see first: what turned, then serious ones, then the rarest. */
export function worstFirst<Event extends { incident: Incident; kind: IncidentKind }>(
  events: readonly Event[],
  check: CheckResult,
): Event[] {
  const urgency = ({ kind }: Event) => Math.max(2, URGENCY.indexOf(kind));
  const rarity = ({ incident, kind }: Event) => {
    const { chance, odds } = presentTest(incident, kind, check);
    return chance / Math.max(odds, Number.MIN_VALUE);
  };
  return [...events].sort(
    (a, b) =>
      urgency(a) - urgency(b) ||
      Number(b.incident.serious) - Number(a.incident.serious) ||
      rarity(a) - rarity(b) ||
      a.incident.number - b.incident.number,
  );
}

/** The test whose numbers a mail of this kind prints. */
export function presentTest(
  incident: Incident,
  kind: IncidentKind,
  check: CheckResult,
): WindowTest {
  if (kind === 'opened') return incident.opening;
  const tests = check.tests.filter((test) => test.series === incident.series);
  const wanted = kind === 'recovered' ? 3 : kind === 'still' || kind === 'new-normal' ? 7 : 0;
  const rarest = tests
    .filter((test) => test.fires)
    .sort((a, b) => a.chance - b.chance || a.window - b.window)[0];
  return (
    (wanted === 0 ? rarest : undefined) ??
    tests.find((test) => test.window === (wanted || 3)) ??
    incident.lastMailed
  );
}

/** Whether the rollups count a mention. */
export function isCounted(
  mention: ClassifiedMention,
  uncounted: ReadonlyMap<string, unknown> | undefined,
): boolean {
  return !uncounted?.has(mention.id);
}

interface Parts {
  readonly incident: Incident;
  readonly kind: IncidentKind;
  readonly brand: Brand;
  readonly check: CheckResult;
  readonly days: ReadonlyMap<Day, Rollup>;
  readonly line: AlertLine;
  readonly mentions: readonly ClassifiedMention[];
  readonly uncounted: ReadonlyMap<string, unknown> | undefined;
}

/** One incident with everything a mail shows of it. */
export function composeIncident(parts: Parts): DigestIncident {
  const { incident, kind, brand, check, days, line } = parts;
  const scope = scopeOf(incident.series);
  const test = presentTest(incident, kind, check);
  const counted = parts.mentions
    .filter(({ bucketDay }) => bucketDay >= test.from && bucketDay <= test.to)
    .filter((mention) => countsAgainst(scope, mention))
    .filter((mention) => isCounted(mention, parts.uncounted));
  const promise = brand.promises.find(({ id }) => id === scope.promise);
  const whole = episode(incident, days, check.day, line);
  return {
    number: incident.number,
    ref: incidentRef(brand, incident),
    kind,
    ...nameSeries(incident.series, brand),
    also: incident.alsoFired.map((series) => nameSeries(series, brand)),
    serious: incident.serious,
    owner: promise?.owner ?? null,
    playbook: promise?.playbook
      ? { url: promise.playbook.url ?? null, checks: promise.playbook.checks }
      : null,
    since: incident.since,
    test,
    opening: incident.opening,
    baselineDays: incident.baseline.days.length,
    dayNumber: Math.max(1, countDays(incident.since, check.day)),
    chart: chart(
      incident,
      days,
      check.day,
      line,
      kind === 'recovered' ? whole.lastBadDay : check.day,
    ),
    voices: voices(counted),
    sources: sourceBars(incident, test, days).map(([source, count]) => ({
      name: sourceName(source, brand),
      count,
    })),
    dimensions: tally(
      counted.flatMap(({ classification }) => [
        ...new Set(classification.dimensions.map(({ dimension }) => dimension)),
      ]),
    ).map(([dimension, count]) => ({
      dimension: dimension as DigestIncident['dimensions'][number]['dimension'],
      count,
    })),
    signals: tally(
      counted.flatMap(({ classification }) => [
        ...new Set(classification.signals.map(({ signal }) => signal)),
      ]),
    ).map(([signal, count]) => ({ signal, count })),
    quotes: incidentQuotes(parts, scope, test, counted),
    praise: praise(test, incident.since, days),
    episode: whole,
  };
}

/** Three complaints; after recovery the best thing said since instead. */
function incidentQuotes(
  { kind, brand, check, mentions, uncounted }: Parts,
  scope: Scope,
  test: WindowTest,
  counted: readonly ClassifiedMention[],
): DigestQuote[] {
  if (kind !== 'recovered') {
    return chooseQuotes(counted, { scope, tone: 'negative', to: test.to, count: 3, brand });
  }
  const since = addDays(check.day, -6);
  const praising = mentions
    .filter(({ bucketDay }) => bucketDay >= since && bucketDay <= check.day)
    .filter((mention) => countsFor(scope, mention) && isCounted(mention, uncounted));
  return chooseQuotes(praising, { scope, tone: 'positive', to: check.day, count: 1, brand });
}
