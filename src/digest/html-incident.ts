import type { Amount } from './amount.ts';
import { barTable, columnChart } from './charts.ts';
import { clean } from './clean.ts';
import type { DigestIncident } from './digest.ts';
import { html, type Markup } from './html.ts';
import { chipHtml, heading, LAYOUT, link, paragraph, quoteHtml } from './html-blocks.ts';
import { linkTo } from './link.ts';
import { counted, ratio, usual, whole } from './numbers.ts';
import { dimensionName, signalName } from './plain-names.ts';
import { style as st } from './styles.ts';
import {
  alsoWords,
  badDays,
  balance,
  incidentChip,
  incidentHeadline,
  incidentLead,
  unit,
} from './words.ts';

/** Parts of one incident. Each returns the inside of one cell, or null. */

/** Header of the second and third incident of a combined mail. */
export function incidentTop(brand: string, incident: DigestIncident): Markup {
  const { label: words, tone } = incidentChip(incident);
  return html`<p style="margin:0 0 8px">${chipHtml(words, tone)} <span${st('mute', 'font-size:13px;line-height:18px')}>&nbsp;${incident.ref}</span></p>
<h2${st('ink', 'margin:0 0 8px;font-size:21px;line-height:28px;font-weight:bold;word-break:break-word')}>${incidentHeadline(brand, incident)}</h2>
${incidentLead(incident).map((sentence) => paragraph(sentence))}${ownerHtml(incident)}`;
}

export function ownerHtml({ owner }: DigestIncident): Markup | null {
  if (owner === null) return null;
  return paragraph(
    html`Owner: <strong${st('ink')}>${clean(owner)}</strong>`,
    'mute',
    'font-size:15px;line-height:22px',
  );
}

/** Three numbers, never without the usual one; below them the chart. */
export function numbersHtml(incident: DigestIncident, withChart: boolean): Markup {
  const { figures, kind } = incident;
  const tone = kind === 'recovered' ? 'good' : kind === 'new-normal' ? 'ink' : 'bad';
  const days = counted(figures.window, 'day');
  const times = ratio(figures.observed, figures.expected);
  const number = (value: string, words: string, role: string, first: boolean) =>
    html`<td width="33%" valign="top"${st('rule', `${first ? '' : 'border-left:1px solid;padding-left:16px;'}padding-right:10px`)}><span${st(role, 'display:block;font-size:30px;line-height:36px;font-weight:bold')}>${value}</span><span${st('mute', 'display:block;font-size:14px;line-height:20px')}>${words}</span></td>
`;
  const third =
    kind === 'recovered'
      ? number(
          counted(badDays(incident), 'day'),
          'from the first to the last bad day',
          'ink',
          false,
        )
      : times === null
        ? null
        : number(times, 'the usual level', tone, false);
  return html`<table ${LAYOUT} width="100%"><tr>
${number(whole(figures.observed), `${unit(incident, figures.observed)}, in ${days}`, tone, true)}${number(usual(figures.expected), `usual for ${days}`, 'ink', false)}${third}</tr></table>
${withChart && incident.chart.length > 0 ? html`<div style="padding-top:18px">${columnChart(incident.chart, incident.since)}</div>` : null}`;
}

export function quotesHtml(incident: DigestIncident, amount: Pick<Amount, 'quotes'>): Markup {
  const quotes = incident.quotes.slice(0, amount.quotes);
  return html`${quotes.length > 0 ? heading('In their words') : null}${quotes.map((quote) => quoteHtml(quote))}${paragraph(balance(incident), 'mute', 'font-size:14px;line-height:21px')}`;
}

/** What it is about, signals, and where it was said. */
export function aboutHtml(incident: DigestIncident, amount: Pick<Amount, 'themes'>): Markup | null {
  if (incident.kind === 'recovered') return null;
  const sources = incident.sources.map(({ name, count }) => ({ name: clean(name), count }));
  const dimensions = incident.dimensions.map((row) => ({
    name: dimensionName(row.dimension),
    count: row.count,
  }));
  const signals = incident.signals.map((row) => ({
    name: signalName(row.signal),
    count: row.count,
  }));
  const part = (title: string, rows: typeof sources, note: string | null) =>
    rows.length === 0
      ? []
      : [
          html`${heading(title)}${barTable(title, rows.slice(0, 6), incident.figures.observed)}${note === null ? null : paragraph(note, 'mute', 'font-size:13px;line-height:19px;padding-top:4px')}`,
        ];
  const one = 'One mention can name more than one thing.';
  const parts = [
    ...(amount.themes ? part('What it is about', dimensions, one) : []),
    ...(amount.themes ? part('Also named', signals, null) : []),
    ...part(
      'Where it was said',
      sources,
      sources.length > 6 ? `And ${sources.length - 6} more.` : null,
    ),
  ];
  if (parts.length === 0) return null;
  return html`${parts.map((block, index) => (index === 0 ? block : html`<div style="padding-top:16px">${block}</div>`))}`;
}

const MAX_ALSO = 6;

/** The other series that belong to the incident. */
export function alsoHtml(brand: string, { also }: DigestIncident): Markup | null {
  if (also.length === 0) return null;
  const rest = also.length - MAX_ALSO;
  return html`${heading('Also unusual')}${also.slice(0, MAX_ALSO).map((series) => paragraph(alsoWords(brand, series)))}${
    rest > 0 ? paragraph(`And ${rest} more.`, 'mute') : null
  }`;
}

/** The operator's own first checks; nothing is invented. */
export function checksHtml({ playbook }: DigestIncident): Markup | null {
  if (playbook === null) return null;
  const to = linkTo(playbook.url);
  if (playbook.checks.length === 0 && to === null) return null;
  return html`${heading('First checks')}${playbook.checks.map(
    (
      check,
      index,
    ) => html`<table ${LAYOUT} width="100%"><tr><td width="24" valign="top"${st('ink', 'font-size:15px;line-height:23px;font-weight:bold')}>${index + 1}.</td><td${st('ink', 'font-size:15px;line-height:23px;padding:0 0 6px;word-break:break-word')}>${clean(check)}</td></tr></table>
`,
  )}${to?.href ? paragraph(link(to.href, 'Open your playbook')) : null}`;
}
