import type { Brand, Day } from '../brands/brand.ts';
import type { ClassifiedMention } from '../classification/classified-mention.ts';
import { addDays, daysBetween } from '../mentions/day.ts';
import type { Rollup } from '../rollups/rollup.ts';
import type { CheckInput } from '../trends/check.ts';
import type { CheckResult, Incident, Series } from '../trends/incident.ts';
import type { AlsoFired, DigestIncident, DigestQuote, Figures, IncidentKind } from './digest.ts';
import {
  chart,
  episode,
  figuresOf,
  praise,
  ruleOf,
  seriesDays,
  sourceBars,
  tally,
  voices,
} from './figures.ts';
import { chooseQuotes } from './quotes.ts';
import { countsAgainst, countsFor, nameSeries, type Scope, scopeOf, sourceName } from './scope.ts';

/** An incident's number as people say it, e.g. NB-0142. */
export function incidentRef(
  brand: Pick<Brand, 'code'>,
  { number }: Pick<Incident, 'number'>,
): string {
  return `${brand.code}-${String(number).padStart(4, '0')}`;
}

/** Kinds by what a reader must see first; the first three are equally urgent. */
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
): Event[] {
  const urgency = ({ kind }: Event) => Math.max(2, URGENCY.indexOf(kind));
  const rarity = ({ incident, kind }: Event) => {
    const { chance, odds } = ruleOf(incident, kind);
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
  /** The same brand, day and rollups as the check had. */
  readonly checkInput: CheckInput;
  readonly days: ReadonlyMap<Day, Rollup>;
  readonly mentions: readonly ClassifiedMention[];
  readonly uncounted: ReadonlyMap<string, unknown> | undefined;
  /** Mentions that the mail quotes already. */
  readonly quoted: ReadonlySet<string>;
}

/** One incident with everything a mail shows of it. */
export function composeIncident(parts: Parts): DigestIncident {
  const { incident, kind, brand, check, checkInput, days } = parts;
  const scope = scopeOf(incident.series);
  const figures = figuresOf(incident, kind, checkInput);
  const counted = parts.mentions
    .filter(({ bucketDay }) => bucketDay >= figures.from && bucketDay <= figures.to)
    .filter((mention) => countsAgainst(scope, mention))
    .filter((mention) => isCounted(mention, parts.uncounted));
  const promise = brand.promises.find(({ id }) => id === scope.promise);
  const series = seriesDays(checkInput, incident);
  const whole = episode(series, incident);
  const over = kind === 'recovered' || kind === 'new-normal';
  return {
    number: incident.number,
    ref: incidentRef(brand, incident),
    kind,
    ...nameSeries(incident.series, brand),
    also: over ? [] : alsoFired(incident, check, brand),
    serious: incident.serious,
    owner: promise?.owner ?? null,
    // Checks are for what is going on, not for what is over.
    playbook:
      over || !promise?.playbook
        ? null
        : { url: promise.playbook.url ?? null, checks: promise.playbook.checks },
    since: incident.since,
    figures,
    rule: ruleOf(incident, kind),
    opening: incident.opening,
    baselineDays: incident.baseline.days.length,
    dayNumber: Math.max(1, daysBetween(incident.since, check.day) + 1),
    chart: chart(series, incident.since, kind === 'recovered' ? whole.lastBadDay : check.day),
    voices: voices(counted),
    sources: sourceBars(incident, figures, days).map(([source, count]) => ({
      name: sourceName(source, brand),
      count,
    })),
    dimensions: tally(
      counted.flatMap(({ classification }) => [
        ...new Set(classification.dimensions.map(({ dimension }) => dimension)),
      ]),
    ).map(([dimension, count]) => ({ dimension, count })),
    signals: tally(
      counted.flatMap(({ classification }) => [
        ...new Set(classification.signals.map(({ signal }) => signal)),
      ]),
    ).map(([signal, count]) => ({ signal, count })),
    quotes: quotes(parts, scope, figures, counted),
    praise: praise(figures, incident.since, days),
    episode: whole,
  };
}

/** The other series of the incident, rarest first, with the numbers of this check where they fire. */
function alsoFired(incident: Incident, check: CheckResult, brand: Brand): AlsoFired[] {
  const best = (series: Series) =>
    check.tests
      .filter((test) => test.series === series && test.fires)
      .sort((a, b) => a.chance - b.chance || a.window - b.window)[0];
  return incident.alsoFired
    .map((series) => ({ series, test: best(series) }))
    .sort((a, b) => (a.test?.chance ?? 1) - (b.test?.chance ?? 1) || (a.series < b.series ? -1 : 1))
    .map(({ series, test }) => ({
      ...nameSeries(series, brand),
      now: test ? { window: test.window, observed: test.observed, expected: test.expected } : null,
    }));
}

/** Three complaints; after recovery the best thing said since instead. */
function quotes(
  { kind, brand, check, mentions, uncounted, quoted }: Parts,
  scope: Scope,
  figures: Figures,
  counted: readonly ClassifiedMention[],
): DigestQuote[] {
  if (kind !== 'recovered') {
    const fresh = counted.filter(({ id }) => !quoted.has(id));
    return chooseQuotes(fresh, { scope, tone: 'negative', to: figures.to, count: 3, brand });
  }
  const since = addDays(check.day, -6);
  const praising = mentions
    .filter(({ bucketDay }) => bucketDay >= since && bucketDay <= check.day)
    .filter((mention) => countsFor(scope, mention) && isCounted(mention, uncounted))
    .filter(({ id }) => !quoted.has(id));
  return chooseQuotes(praising, { scope, tone: 'positive', to: check.day, count: 1, brand });
}
