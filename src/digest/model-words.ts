import { addDays } from '../mentions/day.ts';
import { detectable } from '../trends/honesty.ts';
import { clean } from './clean.ts';
import { dayRange, longDay, longSpan, shortDay, tinyDay } from './dates.ts';
import type { ChartDay, DigestIncident, DigestModel, LateIncident } from './digest.ts';
import { counted, shorten, usual, whole } from './numbers.ts';
import {
  incidentChip,
  incidentHeadline,
  incidentLead,
  incidentSubject,
  incidentWords,
  numbersInShort,
  type Tone,
} from './words.ts';

/** Sentences about a whole digest, for every kind. */

export interface Chip {
  readonly label: string;
  readonly tone: Tone;
}

export function chip(model: DigestModel): Chip {
  const first = model.incidents[0];
  if (first) return incidentChip(first);
  if (model.kind === 'first-reading') return { label: 'First reading', tone: 'plain' };
  if (model.kind === 'every-negative') return { label: 'Every negative mention', tone: 'plain' };
  return { label: 'Weekly pulse', tone: 'plain' };
}

/** One sentence without a full stop. */
export function headline(model: DigestModel): string {
  const brand = clean(model.brand.name);
  const first = model.incidents[0];
  if (first) {
    const more = model.incidents.length + model.further.length - 1;
    const rest =
      more === 0 ? '' : more === 1 ? ', and one more incident' : `, and ${more} more incidents`;
    return incidentHeadline(brand, first) + rest;
  }
  const { coverage } = model;
  switch (model.kind) {
    case 'first-reading': {
      const read = coverage.sources.filter(({ lastReadAt }) => lastReadAt !== null).length;
      return `${brand}: ${counted(coverage.mentions, 'mention')} read from ${counted(read, 'source')}`;
    }
    case 'every-negative':
      return `${brand}: ${counted(coverage.negative, 'negative mention')} on ${longDay(model.to)}`;
    default:
      return pulseHeadline(model, brand);
  }
}

function pulseHeadline(model: DigestModel, brand: string): string {
  const broken = model.promises.filter(({ status }) => status === 'in incident');
  if (broken.length === 1) return `“${clean(broken[0]?.text ?? '')}” is in an open incident`;
  if (model.open.length > 0) return `${brand}: ${counted(model.open.length, 'incident')} open`;
  const [last] = model.lately;
  if (last !== undefined) return overHeadline(last, brand);
  const partly = model.coverage.sources.some(
    ({ state }) => state !== 'read' && state !== 'learning',
  );
  return `A quiet week for ${yours(model, brand)}${partly ? ', as far as we could read' : ''}`;
}

/** Of the incident that was over last: only a recovery, or what lasted, says how things are now. */
function overHeadline({ ref, promise, source, over = 'recovered' }: LateIncident, brand: string) {
  if (over === 'operator' || over === 'ended') return `${brand}: incident ${ref} is closed`;
  return incidentHeadline(brand, { kind: over, promise, source });
}

const OVER: Readonly<Record<NonNullable<LateIncident['over']>, string>> = {
  recovered: 'over now',
  'new-normal': 'the new normal now',
  operator: 'closed by a person',
  ended: 'closed because the promise no longer holds, which is no recovery',
};

/** The brand, or for those who follow a part of it only: their part. */
function yours({ scope }: DigestModel, brand: string): string {
  return scope === null ? brand : `your part of ${brand}`;
}

/** Two or three plain sentences. */
export function lead(model: DigestModel): string[] {
  const first = model.incidents[0];
  if (first) return incidentLead(first);
  const { coverage, mentionsPerDay } = model;
  const about = counted(coverage.mentions, 'mention');
  switch (model.kind) {
    case 'first-reading':
      return [
        `These are the ${about} published from ${longDay(model.from)} to ${longDay(model.to)}; ${whole(coverage.negative)} of them are negative. Below is how some of them were judged, so that you can tell us what is wrong.`,
        `There are about ${usual(mentionsPerDay)} mentions a day. ${detectable(mentionsPerDay)}`,
        ...learningSentence(model),
      ];
    case 'every-negative':
      return [
        `${whole(coverage.negative)} of ${about} that day ${coverage.negative === 1 ? 'is' : 'are'} negative. ${clean(model.brand.name)} has few mentions, so you asked to see each of these.`,
      ];
    default:
      return [
        `${capital(about)} this week, about ${usual(mentionsPerDay * 7)} usual; ${whole(coverage.negative)} of them negative.`,
        ...latelySentences(model),
        ...learningSentence(model),
      ];
  }
}

/** What is open and what ended in the period; only a week with neither is called one without a turn. */
function latelySentences({ lately, open, brand }: DigestModel): string[] {
  if (lately.length === 0 && open.length === 0)
    return ['Nothing turned for the worse, and no incident is open.'];
  const named = lately.slice(0, 3).map((incident) => {
    const { ref, since, until, over = 'recovered' } = incident;
    const what = incidentWords(clean(brand.name), incident);
    const how =
      until === null
        ? `open since ${longDay(since)}`
        : `bad ${longSpan(since, until)}, ${OVER[over]}`;
    return `${ref}, ${what}: ${how}.`;
  });
  const rest = lately.length - named.length;
  return [...named, ...(rest > 0 ? [`And ${counted(rest, 'more incident')}.`] : [])];
}

function learningSentence({ learning, to }: DigestModel): string[] {
  if (learning === null) return [];
  const until = addDays(to, Math.max(0, learning.of - learning.day));
  return [
    `Still learning what is usual: day ${learning.day} of ${learning.of}, until about ${longDay(until)}. Until then only strong changes are reported.`,
  ];
}

const HEARD: Partial<Record<DigestModel['kind'], string>> = {
  'every-negative': 'What they said',
  'first-reading': 'How some of them were judged',
  'weekly-pulse': 'Heard this week',
};

/** Above the quotes of a mail without an incident. */
export function heardTitle(kind: DigestModel['kind']): string {
  return HEARD[kind] ?? 'In their words';
}

/** Constant per incident, so that mail programs keep one thread; at most 66 characters, without "Re: ". */
export function subject(model: DigestModel): string {
  const brand = shorten(clean(model.brand.name), 40);
  const first = model.incidents[0];
  if (first) return incidentSubject(brand, first);
  if (model.kind === 'first-reading') return `${brand}: first reading`;
  if (model.kind === 'weekly-pulse') return `${brand}: weekly pulse`;
  return `${brand}: negative mentions`;
}

/** Whether the mail follows an earlier one in its thread. */
export function isFollowUp({ kind }: Pick<DigestModel, 'kind'>): boolean {
  return ['worse', 'still', 'reopened', 'recovered', 'new-normal'].includes(kind);
}

/** What an inbox shows beside the subject: the state first, since the subject never changes. 40–110 characters. */
export function preheader(model: DigestModel): string {
  const first = model.incidents[0];
  const text = first
    ? `${chip(model).label}: ${numbersInShort(first)}. ${first.kind === 'recovered' ? 'Nothing to do.' : `Since ${shortDay(first.since)}.`}`
    : model.kind === 'weekly-pulse'
      ? `${dayRange(model.from, model.to)}: ${headline(model)}. ${counted(model.coverage.mentions, 'mention')} counted.`
      : `${headline(model)}. ${dayRange(model.from, model.to)}.`;
  const filled = text.length < 40 ? `${text} ${clean(model.brand.name)} on promisewatch.` : text;
  return shorten(filled, 110);
}

const ALL: Readonly<Record<number, string>> = { 1: 'The mention', 2: 'Both mentions' };

/** What the attached file holds: how many mentions (for bold print), then of which days. */
export function evidenceWords({ evidence, incidents }: DigestModel): [count: string, rest: string] {
  const rows = evidence.mentions.length;
  const first = incidents[0];
  const since = first && first.kind !== 'opened' ? ` since ${tinyDay(first.since)}` : '';
  const again = counted(evidence.uncounted, 'copy or repeat', 'copies and repeats');
  const rest = evidence.uncounted === 0 ? since : `${since} (${again} among them not counted)`;
  if (rows < evidence.total) {
    return [`The newest ${whole(rows)} of ${whole(evidence.total)} mentions`, rest];
  }
  return [ALL[rows] ?? `All ${whole(rows)} mentions`, rest];
}

/** "usual 3 a day · alert line 7 to 9" */
export function chartWords(chart: readonly ChartDay[], since: string): string {
  const before = chart.filter(({ day }) => day < since);
  const base = before.length > 0 ? before : chart;
  const mean = base.reduce((sum, { expected }) => sum + expected, 0) / Math.max(1, base.length);
  const lines = chart.flatMap(({ line }) => (line === null ? [] : [line]));
  const [low, high] = [Math.min(...lines), Math.max(...lines)];
  const blind = chart.filter(({ masked }) => masked).length;
  const alert =
    lines.length === 0
      ? blind === chart.length
        ? 'not read on these days'
        : 'no alarm possible at this volume'
      : `dashed: alarm at ${low === high ? whole(low) : `${whole(low)} to ${whole(high)}`} in one day`;
  const gaps = blind === 0 ? '' : ` · ${counted(blind, 'day')} not read`;
  return `usual ${usual(mean)} a day · ${alert}${gaps}`;
}

/** The chart as one sentence for those who cannot see it. */
export function chartSentence(chart: readonly ChartDay[], since: string): string {
  const marked = chart
    .filter((day) => day.marked)
    .map(({ day, count }) => `${shortDay(day)}: ${count}`);
  const counts = chart.map(({ count }) => count);
  const range = `${Math.min(...counts)} to ${Math.max(...counts)} a day`;
  const from = chart[0]?.day ?? since;
  const to = chart.at(-1)?.day ?? since;
  const shown = marked.slice(-10).join(', ');
  return `Counts of ${dayRange(from, to)}: ${range}; ${chartWords(chart, since)}. This incident, ${shown}.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Incidents whose first checks are printed: one for each promise. */
export function checksOnce({ incidents }: DigestModel): DigestIncident[] {
  return incidents.filter(
    ({ promise }, index) =>
      incidents.findIndex((other) => other.promise?.id === promise?.id) === index,
  );
}
