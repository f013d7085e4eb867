import { clean, cleanPart } from '../../src/digest/clean.ts';
import { steadyNote, tooFewNote } from '../../src/digest/closing-words.ts';
import { excerpt } from '../../src/digest/excerpt.ts';
import { html, type Markup } from '../../src/digest/html.ts';
import { percent } from '../../src/digest/numbers.ts';
import { signalName } from '../../src/digest/plain-names.ts';
import { sourceName } from '../../src/digest/scope.ts';
import {
  incidentAnswer,
  incidentRef,
  incidentsAnswer,
  seriesWords,
} from '../../src/query/incidents.ts';
import { type PromiseAnswer, promisesAnswer, tableSpan } from '../../src/query/promises.ts';
import { coverageAnswer, sourcesAnswer } from '../../src/query/sources.ts';
import { decisionWords, type TrendAnswer, trendAnswer } from '../../src/query/trend.ts';
import type { Incident } from '../../src/trends/incident.ts';
import { limitInWords, oddsInWords } from '../../src/trends/series.ts';
import { periodWords } from '../analyst/read-filters.ts';
import { commandOf } from '../analyst/typed.ts';
import { decimal, localTime, shareWords } from '../output/words.ts';
import { type PageData, RECENT_DAYS, type ShownMention } from './data.ts';
import { numberHead, wideTable } from './layout.ts';
import { spark, trendChart } from './svg.ts';

/** How links between pages are made: addresses when served, anchors in a report. */
export interface Links {
  readonly promise: (id: string) => string;
  readonly incident: (number: number) => string;
}

/** Parts that a report leaves out to stay small. */
export interface Amount {
  readonly numbers: boolean;
  readonly quotes: number;
}

export async function overviewBody(
  { reader }: PageData,
  links: Links,
  amount: Amount,
): Promise<Markup> {
  const span = tableSpan(reader);
  const [answer, coverage, incidents, trend] = await Promise.all([
    promisesAnswer(reader, { population: 'customer', ...span }),
    coverageAnswer(reader),
    incidentsAnswer(reader),
    trendAnswer(reader, 'brand'),
  ]);
  const open = incidents.filter(({ state }) => state === 'open');
  return html`<section aria-labelledby="open"><h2 id="open">${open.length === 0 ? 'No open incident' : 'Open incidents'}</h2>
${open.length === 0 ? html`<p>After the check of ${answer.checkedDay}.</p>` : html`<ul>${open.map((one) => incidentItem(one, reader, links))}</ul>`}</section>
<section aria-labelledby="promises"><h2 id="promises">Promises</h2>
<p class="muted small">${answer.mentions} mentions of customers counted, ${periodWords(span, reader)}. Shares with 95 % intervals.</p>
${promiseTableMarkup(answer.promises, links)}${statusNotes(answer.promises)}</section>
${trend === undefined ? null : html`<section aria-labelledby="negative"><h2 id="negative">Negative mentions, ${trend.chart.length} days</h2>${trendChart(trend.chart, trend.incidents, { named: 'Negative mentions a day', id: 'brand', numbers: amount.numbers })}</section>`}
${coverage === undefined ? null : coverageSection(coverage)}`;
}

function incidentItem(incident: Incident, reader: PageData['reader'], links: Links): Markup {
  const { opening, number, since } = incident;
  return html`<li><a href="${links.incident(number)}">${incidentRef(reader.brand.code, number)}</a> ${seriesWords(reader, incident.series)}: ${opening.observed} in ${opening.window} ${opening.window === 1 ? 'day' : 'days'}, ${decimal(opening.expected)} usual, since ${since}</li>`;
}

function promiseTableMarkup(promises: readonly PromiseAnswer[], links: Links): Markup {
  return wideTable(
    'Promises, 7 days',
    [
      'Promise',
      ...['Broken', 'Usual', 'Week before', 'Kept', 'Exceeded', 'Unclear', 'Broken share'].map(
        numberHead,
      ),
      '14 days',
      'Status',
    ],
    promises.map(
      (one) =>
        html`<tr><th scope="row"><a href="${links.promise(one.promise)}">${one.text}</a></th><td class="n${one.now?.status === 'in incident' ? ' bad' : ''}">${one.broken}</td><td class="n">${one.now === null ? '–' : decimal(one.now.expectedBroken)}</td><td class="n">${one.brokenBefore ?? '–'}</td><td class="n">${one.kept}</td><td class="n">${one.exceeded}</td><td class="n">${one.unclear}</td><td class="n">${shareWords(one.brokenShare)}</td><td>${one.now === null ? null : spark(one.now.daily)}</td><td>${one.now?.status ?? '–'}</td></tr>`,
    ),
  );
}

/** What a status means where the numbers beside it seem to say something else, as in the mails. */
function statusNotes(promises: readonly PromiseAnswer[]): Markup[] {
  const rows = promises.flatMap(({ now }) =>
    now === null
      ? []
      : [{ status: now.status, observed: now.counts.broken, expected: now.expectedBroken }],
  );
  return [steadyNote(rows), tooFewNote(rows)].flatMap((note) =>
    note === null ? [] : [html`<p class="muted small">${note}</p>`],
  );
}

type Coverage = NonNullable<Awaited<ReturnType<typeof coverageAnswer>>>;

function coverageSection(coverage: Coverage): Markup {
  const { mentions, unclassified, unsupported, copies, overAuthorCap } = coverage;
  const all = mentions + unclassified + unsupported + copies + overAuthorCap;
  const odd = coverage.sources.filter(({ state }) => state !== 'read');
  return html`<section aria-labelledby="coverage"><h2 id="coverage">Coverage</h2>
<dl class="tiles"><div><dt>counted</dt><dd>${mentions}</dd></div><div><dt>unclassified (${percent(unclassified, all)})</dt><dd>${unclassified}</dd></div><div><dt>other languages</dt><dd>${unsupported}</dd></div><div><dt>copies</dt><dd>${copies}</dd></div><div><dt>over 3 of one author</dt><dd>${overAuthorCap}</dd></div></dl>
<p>${coverage.sources.length - odd.length} of ${coverage.sources.length} sources were read and have learned, ${coverage.from} to ${coverage.to}.</p>
${odd.length === 0 ? null : html`<ul>${odd.map(({ name, state, reason }) => html`<li>${name}: ${state}${reason === null ? '' : `, ${reason}`}</li>`)}</ul>`}</section>`;
}

export async function promiseBody(
  data: PageData,
  id: string,
  links: Links,
  amount: Amount,
): Promise<Markup> {
  const { reader } = data;
  const span = tableSpan(reader);
  const [trend, answer] = await Promise.all([
    trendAnswer(reader, `promise:${id}`),
    promisesAnswer(reader, { population: 'customer', ...span, promise: [id] }),
  ]);
  const [figures] = answer.promises;
  const filters = {
    since: new Date(reader.now.getTime() - RECENT_DAYS * 86_400_000),
    population: 'customer' as const,
    promise: [id],
    outcome: ['broken' as const],
    counted: ['yes' as const],
  };
  const signals = data.signals(filters);
  const broken = data.quotes(id, ['broken'], amount.quotes);
  const kept = data.quotes(id, ['kept', 'exceeded'], Math.ceil(amount.quotes / 3));
  return html`<section aria-label="Last 7 days"><dl class="tiles"><div><dt>broken in 7 days</dt><dd>${figures?.broken ?? 0}</dd></div><div><dt>usual</dt><dd>${figures?.now ? decimal(figures.now.expectedBroken) : '–'}</dd></div><div><dt>kept or exceeded</dt><dd>${(figures?.kept ?? 0) + (figures?.exceeded ?? 0)}</dd></div><div><dt>broken share</dt><dd>${shareWords(figures?.brokenShare ?? null)}</dd></div></dl><p>Status: ${figures?.now?.status ?? 'nothing heard yet'}.</p>${statusNotes(answer.promises)}</section>
${
  trend === undefined
    ? html`<section><p>Nothing was said about this promise yet.</p></section>`
    : html`<section aria-labelledby="chart-${id}"><h2 id="chart-${id}">Broken, ${trend.chart.length} days</h2>${trendChart(trend.chart, trend.incidents, { named: 'Broken verdicts a day', id: `p-${id}`, numbers: amount.numbers })}
${trend.incidents.length === 0 ? null : html`<ul>${trend.incidents.map((one) => incidentItem(one, reader, links))}</ul>`}${testsMarkup(trend, reader.brand.code)}</section>`
}
${
  signals.length === 0
    ? null
    : html`<section aria-labelledby="signals-${id}"><h2 id="signals-${id}">Signals where it was broken</h2>${wideTable(
        `Signals of the last ${RECENT_DAYS} days`,
        ['Signal', numberHead('Mentions')],
        signals.map(
          ({ signal, count }) =>
            html`<tr><th scope="row">${signalName(signal)}</th><td class="n">${count}</td></tr>`,
        ),
      )}</section>`
}
<section aria-labelledby="quotes-${id}"><h2 id="quotes-${id}">In their words</h2>
${broken.length + kept.length === 0 ? html`<p>No quote yet.</p>` : null}${broken.map((one) => quoteMarkup(one, one.words, 'broken', reader))}${kept.map((one) => quoteMarkup(one, one.words, 'kept', reader))}</section>`;
}

function testsMarkup(answer: TrendAnswer, code: string): Markup | null {
  const { tests } = answer;
  if (tests.length === 0) return null;
  return html`${wideTable(
    'What the check decides by',
    ['Days', 'Count', 'Usual', 'Of mentions', 'Wobble', 'Chance', 'Fires under', 'Fires'].map(
      (head, i) => (i < 5 ? numberHead(head) : head),
    ),
    tests.map(
      (test) =>
        html`<tr><td class="n">${test.window}</td><td class="n">${test.observed}</td><td class="n">${decimal(test.expected)}</td><td class="n">${test.mentions}</td><td class="n">${test.wobble.toFixed(2)}</td><td class="d">${oddsInWords(test.chance)}</td><td class="d">${limitInWords(test.odds)}</td><td class="${test.fires ? 'bad' : ''}">${test.fires ? 'yes' : 'no'}</td></tr>`,
    ),
  )}<p>${decisionWords(answer, code)}</p>`;
}

export function quoteMarkup(
  mention: ShownMention,
  words: string | null,
  outcome: string | null,
  reader: PageData['reader'],
): Markup {
  const at = words === null ? 0 : Math.max(0, mention.text.indexOf(words));
  const cut = excerpt(mention.text, at, words === null ? at : at + words.length);
  return html`<blockquote><p>${cut.cutBefore ? '…' : ''}${cleanPart(cut.before)}<mark>${cleanPart(cut.marked)}</mark>${cleanPart(cut.after)}${cut.cutAfter ? '…' : ''}</p><p class="small muted">${outcome === null ? '' : `${outcome} · `}${sourceName(mention.source, reader.brand)} · ${mention.day}${mention.rating === null ? '' : ` · ${mention.rating} of 5`}${linkMarkup(mention.url)}</p></blockquote>`;
}

/** Only web addresses become links; nothing is told to where they lead. */
export function linkMarkup(url: string | null): Markup | null {
  if (url === null || !URL.canParse(url)) return null;
  const { protocol, href, host, username } = new URL(url);
  if ((protocol !== 'https:' && protocol !== 'http:') || username !== '') return null;
  return html` · <a href="${href}" rel="noreferrer noopener" target="_blank">read it on ${clean(host)}</a>`;
}

export async function incidentsBody({ reader }: PageData, links: Links): Promise<Markup> {
  const incidents = await incidentsAnswer(reader);
  if (incidents.length === 0)
    return html`<section><p>No incident so far. What the checks look at: the charts of the overview and of each promise.</p></section>`;
  return html`<section>${wideTable(
    'All incidents, newest first',
    [
      'Incident',
      'What',
      'State',
      'Since',
      'Recovered',
      numberHead('Count'),
      numberHead('Usual'),
      'With',
    ],
    incidents.map(
      (one) =>
        html`<tr><th scope="row" class="d"><a href="${links.incident(one.number)}">${incidentRef(reader.brand.code, one.number)}</a></th><td class="w">${seriesWords(reader, one.series)}</td><td class="${one.state === 'open' ? 'bad' : ''}">${one.state}</td><td class="d">${one.since}</td><td class="d">${one.recoveredOn ?? '–'}</td><td class="n">${one.opening.observed} in ${one.opening.window} d</td><td class="n">${decimal(one.opening.expected)}</td><td>${one.acknowledgedBy ?? '–'}</td></tr>`,
    ),
  )}</section>`;
}

/** @returns undefined when there is no incident of that number */
export async function incidentBody(
  { reader, place }: PageData,
  number: number,
  amount: Amount,
): Promise<Markup | undefined> {
  const answer = await incidentAnswer(reader, number);
  if (answer === undefined) return undefined;
  const { incident, timeline, actions, ref } = answer;
  const { opening } = incident;
  const trend = await trendAnswer(reader, incident.series);
  return html`<section aria-label="Numbers"><dl><dt>State</dt><dd>${incident.state}${incident.serious ? ', serious' : ''}</dd><dt>Opened by</dt><dd>${opening.observed} in ${opening.window} ${opening.window === 1 ? 'day' : 'days'} of ${opening.mentions} mentions; ${decimal(opening.expected)} usual; chance ${oddsInWords(opening.chance)}</dd><dt>Baseline</dt><dd>${incident.baseline.days.length} days, frozen until it closes</dd>${incident.alsoFired.length === 0 ? null : html`<dt>Also</dt><dd>${incident.alsoFired.map((series) => seriesWords(reader, series)).join('; ')}</dd>`}<dt>With</dt><dd>${incident.acknowledgedBy ?? 'nobody yet'}</dd>${incident.snoozedUntil === null ? null : html`<dt>Snoozed</dt><dd>until ${incident.snoozedUntil}</dd>`}</dl></section>
${trend === undefined ? null : html`<section aria-labelledby="i-${number}"><h2 id="i-${number}">${trend.chart.length} days</h2>${trendChart(trend.chart, [incident], { named: seriesWords(reader, incident.series), id: `inc-${number}`, numbers: amount.numbers })}</section>`}
<section aria-labelledby="t-${number}"><h2 id="t-${number}">Timeline</h2><dl>${timeline.map(({ at, what, by }) => html`<dt>${at.length > 10 ? localTime(at, reader.timeZone) : at}</dt><dd>${clean(what)}${by === null ? '' : ` (${clean(by)})`}</dd>`)}</dl></section>
<section aria-labelledby="a-${number}"><h2 id="a-${number}">What was done</h2>${
    actions.length === 0
      ? html`<p>Nothing is noted. <code>${commandOf('action add', place, ['what you did'])}</code></p>`
      : wideTable(
          `Actions around ${ref}: the count of the week before and of the days after`,
          ['Day', 'What', numberHead('Before'), numberHead('After')],
          actions.map(
            ({ action, before, after }) =>
              html`<tr><th scope="row" class="d">${action.day}</th><td>${clean(action.text)} (${clean(action.by)})</td><td class="n">${before.observed} in ${before.days} d, ${before.mentions} mentions</td><td class="n">${after.observed} in ${after.days} d, ${after.mentions} mentions</td></tr>`,
          ),
        )
  }</section>`;
}

export async function sourcesBody({ reader }: PageData): Promise<Markup> {
  const span = tableSpan(reader);
  const [sources, coverage] = await Promise.all([
    sourcesAnswer(reader, span),
    coverageAnswer(reader),
  ]);
  return html`<section><p class="muted small">Mentions ${periodWords(span, reader)}.</p>${wideTable(
    'Sources and their health',
    [
      'Source',
      'Health',
      'Last read',
      'At the check',
      ...['Items', 'Mentions', 'Usual', 'Negative', 'Negative share'].map(numberHead),
    ],
    sources.map(({ source, health, state, problem, counts, negativeShare }) => {
      const row = coverage?.sources.find((one) => one.source === source.id);
      return html`<tr><th scope="row">${source.name}${source.population === 'employee' ? ' (employees)' : ''}</th><td class="${problem === null ? '' : 'bad'}">${health}${problem ? html`<br><span class="small">${clean(problem.message)} ${clean(problem.remedy)}</span>` : null}</td><td class="d">${state?.lastReadAt ? localTime(state.lastReadAt, reader.timeZone) : 'never'}</td><td>${row?.state ?? '–'}</td><td class="n">${state?.lastItems ?? '–'}</td><td class="n">${counts.mentions}</td><td class="n">${row === undefined ? '–' : decimal(row.expected)}</td><td class="n">${counts.negative}</td><td class="n">${shareWords(negativeShare)}</td></tr>`;
    }),
  )}</section>`;
}
