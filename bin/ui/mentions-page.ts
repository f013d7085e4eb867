import { DIMENSIONS } from '../../src/brands/brand.ts';
import { Outcome, SentimentLabel } from '../../src/classification/classification.ts';
import { SIGNALS } from '../../src/classification/signals.ts';
import { clean } from '../../src/digest/clean.ts';
import { html, type Markup, raw } from '../../src/digest/html.ts';
import { dimensionName, signalName } from '../../src/digest/plain-names.ts';
import { sourceName } from '../../src/digest/scope.ts';
import { type Counts, figuresOf } from '../../src/query/figures.ts';
import { explainNothing } from '../analyst/explain-empty.ts';
import { FILTER_NAMES, type FilterFlags, filterFlags } from '../analyst/flags.ts';
import { periodWords, readFilters } from '../analyst/read-filters.ts';
import { commandOf } from '../analyst/typed.ts';
import { localTime, shareWords } from '../output/words.ts';
import type { PageData, ShownMention } from './data.ts';
import { linkMarkup } from './pages.ts';

export const PAGE_ROWS = 50;

/** Beginning of the list where none is named, as on the command line. */
const USUAL_SINCE = '7d';

export function flagsIn(query: URLSearchParams): FilterFlags {
  const flags: Record<string, string> = {};
  for (const name of FILTER_NAMES) {
    const value = query.get(name)?.trim();
    if (value) flags[name] = value.slice(0, 200);
  }
  return flags;
}

/** @throws {UsageError | Refusal} for a filter that cannot be meant, in words for the person */
export async function mentionsBody(data: PageData, query: URLSearchParams): Promise<Markup> {
  const flags = flagsIn(query);
  const { reader, place } = data;
  const filters = readFilters(flags, reader, USUAL_SINCE);
  const pageNumber = Math.max(1, Math.trunc(Number(query.get('page') ?? 1)) || 1);
  const { total, sums, rows } = data.mentions(filters, {
    offset: (pageNumber - 1) * PAGE_ROWS,
    limit: PAGE_ROWS,
  });
  const command = commandOf('mentions list', { ...flags, ...place });
  const last = Math.max(1, Math.ceil(total / PAGE_ROWS));
  return html`<section aria-label="Filters">${filterForm(flags, data)}</section>
<section aria-labelledby="found"><h2 id="found"><span role="status">${total} ${total === 1 ? 'mention' : 'mentions'}</span></h2>
<p class="muted small">${periodWords(filters, reader)}. ${summary(sums)}</p>
<p class="row"><code id="command">${command}</code> <button type="button" data-copy="command">Copy as command</button></p>
${total === 0 ? await nothing(data, flags) : html`<ol class="list" start="${(pageNumber - 1) * PAGE_ROWS + 1}">${rows.map((row) => mentionItem(row, data))}</ol>`}
${last > 1 ? pager(query, pageNumber, last) : null}</section>`;
}

/** Which filter leaves nothing over, and the address that finds something. */
async function nothing({ reader }: PageData, flags: FilterFlags): Promise<Markup> {
  const { because, instead } = await explainNothing(reader, flags, USUAL_SINCE, false);
  if (instead === undefined) return html`<p>${because}</p>`;
  const query = new URLSearchParams({ brand: reader.brand.id });
  for (const [name, value] of Object.entries(filterFlags(instead))) query.set(name, value);
  return html`<p>${because} <a href="/mentions?${query.toString()}">Show what there is</a></p>`;
}

/** Counts of everything that passes, not of the page that is shown. */
function summary(sums: Counts): string {
  const { counts, negativeShare } = figuresOf(sums, []);
  return `${counts.mentions} counted, ${counts.negative} negative: ${shareWords(negativeShare)}.`;
}

function filterForm(flags: FilterFlags, { reader }: PageData): Markup {
  const { promises, sources } = reader.brand;
  const field = (name: keyof FilterFlags, label: string, hint: string) =>
    html`<div><label for="f-${name}">${label}</label><input id="f-${name}" name="${name}" value="${flags[name] ?? ''}" placeholder="${hint}"></div>`;
  return html`<form class="f" method="get" action="/mentions"><input type="hidden" name="brand" value="${reader.brand.id}">${field('text', 'Words', 'refund')}${field('since', 'Since', USUAL_SINCE)}${field('until', 'Until', 'now')}
${choice(
  'promise',
  'Promise',
  flags,
  promises.map(({ id, text }) => [id, text]),
)}${choice('verdict', 'Verdict', flags, pairs(Outcome.options))}${choice('sentiment', 'Sentiment', flags, pairs(SentimentLabel.options))}${choice(
  'source',
  'Source',
  flags,
  sources.map(({ id, name }) => [id, name]),
)}
${choice(
  'dimension',
  'About',
  flags,
  DIMENSIONS.map((id) => [id, dimensionName(id)]),
)}${choice(
  'signal',
  'Signal',
  flags,
  SIGNALS.map((id) => [id, signalName(id)]),
)}${field('rating', 'Rating', '1-2')}${field('language', 'Language', 'en')}${choice('population', 'Who', flags, pairs(['employee']), 'customer')}${choice('counted', 'Counted', flags, pairs(['yes', 'no']))}<div class="row"><button>Filter</button> <a href="/mentions">Clear</a></div></form>`;
}

const pairs = (values: readonly string[]): [string, string][] =>
  values.map((value) => [value, value]);

function choice(
  name: keyof FilterFlags,
  label: string,
  flags: FilterFlags,
  options: readonly (readonly [string, string])[],
  none = 'any',
): Markup {
  const given = flags[name];
  // A link may name several, or one that this list does not offer: it stays what it is.
  const all =
    given === undefined || options.some(([value]) => value === given)
      ? options
      : [...options, [given, given] as const];
  return html`<div><label for="f-${name}">${label}</label><select id="f-${name}" name="${name}"><option value="">${none}</option>${all.map(
    ([value, text]) =>
      html`<option value="${value}"${value === given ? raw(' selected') : null}>${text}</option>`,
  )}</select></div>`;
}

const SHOWN = 600;

function mentionItem(mention: ShownMention, { reader, place }: PageData): Markup {
  const { title, text, verdicts, sentiment, counted } = mention;
  const cut = text.length > SHOWN;
  const words = (cut ? text.slice(0, SHOWN) : text).toWellFormed();
  const tone = sentiment === 'negative' ? 'bad' : sentiment === 'positive' ? 'good' : '';
  return html`<li><p class="small muted">${localTime(mention.at, reader.timeZone)} · ${sourceName(mention.source, reader.brand)}${mention.rating === null ? '' : ` · ${mention.rating} of 5`} · <span class="${tone}">${sentiment}</span>${verdicts.map(({ promise, outcome }) => html` · <b>${outcome}</b>: “${textOf(promise, reader.brand)}”`)}${counted === 'yes' ? '' : ` · not counted: ${counted}`}${mention.relabelled ? ' · relabelled' : ''}${linkMarkup(mention.url)}</p>
${title === null ? null : html`<p><b dir="auto">${clean(title)}</b></p>`}<p class="text" dir="auto"${langOf(mention.language)}>${clean(words)}${cut ? '…' : ''}</p><p class="small"><code>${commandOf('mentions show', place, [mention.id.slice(0, 8)])}</code></p></li>`;
}

/** In the brand's words; one that left the configuration, by its id. */
function textOf(promise: string, { promises }: PageData['reader']['brand']): string {
  return promises.find(({ id }) => id === promise)?.text ?? promise;
}

function langOf(language: string | null): Markup | null {
  return language === null ? null : html` lang="${language}"`;
}

function pager(query: URLSearchParams, pageNumber: number, last: number): Markup {
  const to = (number: number) => {
    const next = new URLSearchParams(query);
    next.set('page', String(number));
    return `/mentions?${next}`;
  };
  return html`<nav aria-label="Pages of the list" class="row">${pageNumber > 1 ? html`<a rel="prev" href="${to(pageNumber - 1)}">Newer</a>` : null}<span>page ${pageNumber} of ${last}</span>${pageNumber < last ? html`<a rel="next" href="${to(pageNumber + 1)}">Older</a>` : null}</nav>`;
}
