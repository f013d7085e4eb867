import { daysBetween } from '../mentions/day.ts';
import { praiseFell } from '../trends/chart.ts';
import { oddsInWords } from '../trends/series.ts';
import { clean } from './clean.ts';
import { dayRange, longDay, longSpan } from './dates.ts';
import type {
  AlsoFired,
  DigestIncident,
  DigestModel,
  FurtherIncident,
  SeriesName,
} from './digest.ts';
import { counted, ratio, shorten, usual, whole } from './numbers.ts';

/** Sentences of incident mails. HTML, text and other channels all take their words from here. */

export type Tone = 'bad' | 'good' | 'plain';

const CHIPS: Record<DigestIncident['kind'], { label: string; tone: Tone }> = {
  opened: { label: 'Slipping', tone: 'bad' },
  worse: { label: 'Getting worse', tone: 'bad' },
  still: { label: 'Still slipping', tone: 'bad' },
  reopened: { label: 'Slipping again', tone: 'bad' },
  recovered: { label: 'Back to normal', tone: 'good' },
  'new-normal': { label: 'New normal', tone: 'plain' },
};

/** The state in one or two words; an incident that goes on says for how long. */
export function incidentChip({ kind, dayNumber }: Pick<DigestIncident, 'kind' | 'dayNumber'>) {
  const chip = CHIPS[kind];
  const goesOn = kind === 'worse' || kind === 'still';
  return { ...chip, label: goesOn ? `${chip.label}, day ${dayNumber}` : chip.label };
}

const PROMISE_HEADLINES: Record<DigestIncident['kind'], string> = {
  opened: 'is slipping',
  worse: 'is slipping further',
  still: 'is still slipping',
  reopened: 'is slipping again',
  recovered: 'is back to normal',
  'new-normal': 'has a new normal',
};

const OTHER_HEADLINES: Record<DigestIncident['kind'], (where: string) => string> = {
  opened: (where) => `more negative mentions${where}`,
  worse: (where) => `negative mentions${where} keep growing`,
  still: (where) => `still more negative mentions${where}`,
  reopened: (where) => `more negative mentions${where} again`,
  recovered: (where) => `negative mentions${where} are back to normal`,
  'new-normal': (where) => `more negative mentions${where} are the new normal`,
};

/** One sentence without a full stop, in the promise's own words where a promise is named. */
export function incidentHeadline(
  brand: string,
  incident: Pick<DigestIncident | FurtherIncident, 'kind' | 'promise' | 'source'>,
): string {
  const { kind, promise, source } = incident;
  const where = source ? ` on ${clean(source.name)}` : '';
  if (promise) return `“${clean(promise.text)}” ${PROMISE_HEADLINES[kind]}${where}`;
  return `${brand}: ${OTHER_HEADLINES[kind](where)}`;
}

/** "broken “We answer within 60 seconds” on Trustpilot", "negative mentions on Trustpilot" */
export function incidentWords(
  brand: string,
  { promise, source }: Pick<SeriesName, 'promise' | 'source'>,
): string {
  const where = source ? ` on ${clean(source.name)}` : '';
  return promise ? `“${clean(promise.text)}”${where}` : `negative mentions of ${brand}${where}`;
}

/** Another series of the incident and its numbers: "“Solved at once”: 9 in 3 days, 3.1 usual". */
export function alsoWords(brand: string, { promise, source, now }: AlsoFired): string {
  const where = source ? clean(source.name) : `all of ${brand}`;
  const what = promise ? `“${clean(promise.text)}”${source ? ` on ${where}` : ''}` : capital(where);
  if (now === null) return `${what}: unusual on an earlier day`;
  const kind = promise ? '' : ' negative mentions';
  return `${what}: ${whole(now.observed)}${kind} in ${days(now.window)}, ${usual(now.expected)} usual`;
}

/** What is counted, after a number: "mentions say it was broken", "negative mentions". */
export function unit(incident: Pick<SeriesName, 'promise'>, count: number): string {
  if (incident.promise)
    return count === 1 ? 'mention says it was broken' : 'mentions say it was broken';
  return count === 1 ? 'negative mention' : 'negative mentions';
}

function days(count: number): string {
  return counted(count, 'day');
}

/** Two or three plain sentences: what changed since when, how widespread, what else to know. */
export function incidentLead(incident: DigestIncident): string[] {
  switch (incident.kind) {
    case 'recovered':
      return recoveredLead(incident);
    case 'new-normal':
      return newNormalLead(incident);
    default:
      return [changed(incident), spread(incident), luck(incident), ...silence(incident)].filter(
        (sentence) => sentence !== '',
      );
  }
}

function changed(incident: DigestIncident): string {
  const { figures, opening, promise, kind, since } = incident;
  const one = figures.observed === 1;
  const say = promise
    ? `${one ? 'says' : 'say'} that this promise was broken`
    : `${one ? 'is' : 'are'} negative`;
  const now = `${capital(longSpan(figures.from, figures.to))}, ${counted(figures.observed, 'mention')} ${say}; ${usual(figures.expected)} would be usual among ${counted(figures.mentions, 'mention')}.`;
  if (kind === 'opened') return now;
  return `${now} It began on ${longDay(since)}; when we first wrote it was ${whole(opening.observed)} in ${days(opening.window)}.`;
}

/** Whether this is many people or one; said with numbers, and only as far as the sources name authors. */
function spread({ voices, kind }: DigestIncident): string {
  if (voices.mentions === 0) return '';
  const places = counted(voices.sources, 'source');
  if (voices.authors === 0) {
    return `They come from ${places} that name no authors, so we cannot tell how many people wrote them.`;
  }
  const people = `${voices.unnamed > 0 ? 'at least ' : ''}${counted(voices.authors, 'different person', 'different people')}`;
  if (voices.most > 1 && voices.most >= voices.mentions * 0.4) {
    return `Take care: one person wrote ${voices.most} of them; they come from ${people} in ${places}.`;
  }
  const many =
    voices.authors >= 5 && (kind === 'opened' || kind === 'worse' || kind === 'reopened');
  return `They come from ${people} in ${places}${many ? ', so this is not one loud customer' : ''}.`;
}

/** How sure it is, in the same words as the explanation below; only where the count has just turned. */
function luck({ kind, rule }: DigestIncident): string {
  if (kind === 'still') return '';
  return `Odds of so many by luck alone: ${oddsInWords(rule.chance)}.`;
}

/** The share can rise because complaints grew or because the rest fell silent; the second is said. */
function silence({ rule, promise }: DigestIncident): string[] {
  if (rule.usualCount === null || !praiseFell(rule)) return [];
  const what = promise ? 'such reports' : 'negative mentions';
  return [
    `The share rose mainly because the other mentions became fewer: ${usual(rule.usualCount)} ${what} are usual for these weekdays, among more mentions.`,
  ];
}

function recoveredLead(incident: DigestIncident): string[] {
  const { episode, figures, promise } = incident;
  const what = promise ? 'mentions that say the promise was broken' : 'negative mentions';
  return [
    `${capital(what)} have been near their usual count on three checks in a row: ${whole(figures.observed)} in the last ${days(figures.window)}, ${usual(figures.expected)} usual.`,
    ...(episode.count === 0 ? [] : [dip(incident)]),
  ];
}

function dip(incident: DigestIncident): string {
  const { since, episode } = incident;
  const { peak } = episode;
  return `The dip lasted ${days(badDays(incident))}, ${longSpan(since, episode.lastBadDay)}, and drew ${whole(episode.count)} in all, where ${usual(episode.expected)} would have been usual. The worst day was ${longDay(peak.day)} with ${whole(peak.count)}.`;
}

function newNormalLead(incident: DigestIncident): string[] {
  const { figures, since } = incident;
  return [
    `The count has been above its old usual since ${longDay(since)}: ${whole(figures.observed)} in the last ${days(figures.window)}, where ${usual(figures.expected)} used to be usual.`,
    'After 28 days we take the new level as usual and close this incident. That is bookkeeping, not a recovery.',
  ];
}

/** How many days an incident was bad, from the first to the last of them. */
export function badDays({ since, episode }: Pick<DigestIncident, 'since' | 'episode'>): number {
  return Math.max(1, daysBetween(since, episode.lastBadDay) + 1);
}

/** The fair-balance line: who praised the same thing in the same days. */
export function balance({ praise, promise, figures }: DigestIncident): string {
  const what = promise
    ? praise.count === 1
      ? 'mention says this promise was kept'
      : 'mentions say this promise was kept'
    : praise.count === 1
      ? 'mention is positive'
      : 'mentions are positive';
  const over =
    praise.exceeded > 0 ? `, ${whole(praise.exceeded)} of them that it was exceeded` : '';
  const norm = praise.expected === null ? '' : ` (usual: ${usual(praise.expected)})`;
  const span = figures.window === 1 ? 'On the same day' : `In the same ${days(figures.window)}`;
  return `${span}, ${praise.count === 0 ? 'no' : whole(praise.count)} ${what}${over}${norm}.`;
}

const SETTINGS = { sensitive: '1 in 500', normal: '1 in 1,000', strict: '1 in 5,000' } as const;

/** Why this mail, beside the test that opened the incident. */
const KIND_RULES: Record<DigestIncident['kind'], string[]> = {
  opened: [],
  worse: [
    'This mail: the ratio grew by half since the last mail, or something else about the brand turned too.',
  ],
  still: ['This mail: a week has passed since the last one, and it is not over.'],
  reopened: ['This mail: it turned again within the 7 quiet days after it was back to normal.'],
  recovered: [
    'Back to normal means: on three daily checks in a row, the count of 3 days was at most 1.25 times the usual, or at most one more.',
  ],
  'new-normal': [],
};

/** "Why you got this": the test in words and numbers, each of them stored with the incident. */
export function whyIncident(model: DigestModel, incident: DigestIncident): string[] {
  const { rule, baselineDays, kind } = incident;
  const when = kind === 'opened' ? '' : `, ${dayRange(rule.from, rule.to)}`;
  const base = baselineDays > 0 ? ` on the ${days(baselineDays)} before` : '';
  const learning =
    model.learning === null
      ? ''
      : ` While it is learning (day ${model.learning.day} of ${model.learning.of}), the limit is stricter.`;
  return [
    `Counted${when}: ${whole(rule.observed)} of ${counted(rule.mentions, 'mention')} in ${days(rule.window)}. Usual: ${usual(rule.expected)}, from each source’s own share${base}.`,
    `Odds of so many by luck alone: ${oddsInWords(rule.chance)}. The limit is set to ${model.sensitivity}: ${SETTINGS[model.sensitivity]} a day for everything about ${clean(model.brand.name)} together.${learning} Such counts vary ${wobbleWords(rule.wobble)}; the odds allow for it.`,
    ...(rule.fires ? [keysMet(rule)] : []),
    'Copies count once a day, one author at most three times a day.',
    ...KIND_RULES[kind],
  ];
}

function keysMet({ countLimit }: DigestIncident['rule']): string {
  const weekdays =
    countLimit === null
      ? ''
      : `; and over ${usual(countLimit)}, the most these weekdays usually bring`;
  return `Also required, and met: at least 5; at least 1.5 times the usual, or 10 in 100 mentions more than usual${weekdays}.`;
}

function wobbleWords(wobble: number): string {
  return wobble < 1.05
    ? 'as much as pure luck would make them'
    : `${wobble.toFixed(1)} times as much as pure luck would make them`;
}

/** The constant part of an incident's subject; follow-ups only get "Re: " before it. At most 66 units. */
export function incidentSubject(brand: string, incident: DigestIncident): string {
  const end = ` alert ${incident.ref}`;
  const room = 66 - end.length;
  const { promise, source } = incident;
  if (!promise) {
    return shorten(`${brand}: ${source ? clean(source.name) : 'negative mentions'}`, room) + end;
  }
  const name = shorten(brand, 24);
  return `${name}: “${shorten(clean(promise.text), Math.max(12, room - name.length - 4))}”${end}`;
}

/** "31 in 3 days, 9 usual (3.4×)" */
export function numbersInShort({ figures }: Pick<DigestIncident, 'figures'>): string {
  const times = ratio(figures.observed, figures.expected);
  return `${whole(figures.observed)} in ${days(figures.window)}, ${usual(figures.expected)} usual${times ? ` (${times})` : ''}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
