import { html, type Markup, raw } from '../../src/digest/html.ts';
import { incidentRef, incidentsAnswer, seriesWords } from '../../src/query/incidents.ts';
import type { PageData } from './data.ts';
import {
  type Amount,
  incidentBody,
  incidentsBody,
  type Links,
  overviewBody,
  promiseBody,
  sourcesBody,
} from './pages.ts';
import { STYLE } from './style.ts';

/** Largest report: it goes by mail. */
export const REPORT_BYTES = 300_000;

/** Incidents shown in full; the table has all. */
const INCIDENTS = 5;

/** What a report holds, from all to the least; the first that fits is taken. */
const AMOUNTS: readonly Amount[] = [
  { numbers: true, quotes: 6 },
  { numbers: false, quotes: 6 },
  { numbers: false, quotes: 3 },
  { numbers: false, quotes: 1 },
];

/**
 * One file with overview, promises, incidents and sources: no script, nothing fetched, at most 300 KB.
 *
 * @throws {Error} when even the least does not fit
 */
export async function report(data: PageData, origin: string): Promise<string> {
  for (const amount of AMOUNTS) {
    const text = await reportOf(data, origin, amount);
    if (Buffer.byteLength(text) <= REPORT_BYTES) return text;
  }
  throw new Error(
    `the report would be larger than ${REPORT_BYTES / 1000} KB: this brand has too many promises for one file`,
  );
}

async function reportOf(data: PageData, origin: string, amount: Amount): Promise<string> {
  const { brand, now, timeZone } = data.reader;
  const incidents = (await incidentsAnswer(data.reader)).slice(0, INCIDENTS);
  const full = new Set(incidents.map(({ number }) => number));
  const links: Links = {
    promise: (id) => `#promise-${id}`,
    incident: (number) => (full.has(number) ? `#incident-${number}` : '#incidents'),
  };
  const parts: Markup[] = [
    part('overview', 'Overview', await overviewBody(data, links, amount)),
    part('incidents', 'Incidents', await incidentsBody(data, links)),
  ];
  for (const { number, series } of incidents) {
    const body = await incidentBody(data, number, amount);
    const title = `${incidentRef(brand.code, number)}: ${seriesWords(data.reader, series)}`;
    if (body !== undefined) parts.push(part(`incident-${number}`, title, body));
  }
  for (const { id, text } of brand.promises)
    parts.push(part(`promise-${id}`, `“${text}”`, await promiseBody(data, id, links, amount)));
  parts.push(part('sources', 'Sources', await sourcesBody(data)));
  const at = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'long', timeStyle: 'short' });
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>${brand.name}: promises and mentions</title><style>${raw(STYLE)}</style></head>
<body><a class="skip" href="#main">Skip to content</a><header><p>${brand.name}</p><nav aria-label="Parts"><ul><li><a href="#overview">Overview</a></li><li><a href="#incidents">Incidents</a></li><li><a href="#sources">Sources</a></li></ul></nav></header>
<main id="main"><h1>${brand.name}: promises and mentions</h1><p class="muted">As of ${at.format(now)} (${timeZone})${amount.numbers ? '' : '; the numbers of the charts are left out to keep the file small'}.</p>
${parts}
</main><footer>${origin}</footer></body></html>`.markup;
}

function part(id: string, title: string, body: Markup): Markup {
  return html`<div id="${id}"><h1>${title}</h1>${body}</div>`;
}
