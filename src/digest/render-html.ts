import { type Amount, drawnOnce, fitting } from './amount.ts';
import { barTable } from './charts.ts';
import { clean } from './clean.ts';
import { blindness } from './coverage-words.ts';
import { dayRange } from './dates.ts';
import type { DigestIncident, DigestModel } from './digest.ts';
import type { Footer } from './footer.ts';
import { html, type Markup, raw } from './html.ts';
import {
  actionsHtml,
  casesHtml,
  chipHtml,
  employeesHtml,
  evidenceHtml,
  footerHtml,
  heading,
  LAYOUT,
  paragraph,
  promisesHtml,
  quoteHtml,
  whyHtml,
} from './html-blocks.ts';
import {
  aboutHtml,
  alsoHtml,
  checksHtml,
  incidentTop,
  numbersHtml,
  ownerHtml,
  quotesHtml,
} from './html-incident.ts';
import { checksOnce, chip, headline, heardTitle, lead, preheader } from './model-words.ts';
import { counted, usual, whole } from './numbers.ts';
import { judged } from './quote-words.ts';
import { fill, STYLE_SHEET, style as st } from './styles.ts';
import { incidentHeadline } from './words.ts';

/** HTML of a mail in bytes: optional parts are dropped to stay under the target. */
export const HTML_TARGET = 60_000;
export const HTML_LIMIT = 90_000;

/**
 * The HTML part: tables and inline styles only, no image, no script, nothing fetched.
 *
 * @throws {Error} when it exceeds its hard limit with every optional part dropped
 */
export function renderHtml(model: DigestModel, footer: Footer): string {
  const parts = sections(model);
  const page = fitting(
    (amount) =>
      shell(
        model,
        footer,
        parts.map((part) => part(amount)),
      ),
    HTML_TARGET,
  );
  const bytes = Buffer.byteLength(page);
  if (bytes > HTML_LIMIT) {
    throw new Error(`the digest has ${bytes} bytes of HTML; mail programs cut it at ${HTML_LIMIT}`);
  }
  return page;
}

type Part = (amount: Amount) => Markup | null;

/** A part that is the same however short of room the mail is. */
const always = (make: () => Markup | null): Part => drawnOnce([], make);

function sections(model: DigestModel): Part[] {
  return [
    always(() => topHtml(model)),
    ...(model.incidents.length > 0 ? incidentParts(model, model.incidents) : periodicParts(model)),
    always(() => together(actionsHtml(model), casesHtml(model))),
    always(() => employeesHtml(model)),
    always(() => whyHtml(model)),
  ];
}

function incidentParts(
  model: DigestModel,
  [first, ...others]: DigestModel['incidents'],
): readonly Part[] {
  if (first === undefined) return [];
  const isOnly = others.length === 0;
  return [
    drawnOnce(['chart'], ({ chart }) => numbersHtml(first, chart)),
    drawnOnce(['quotes'], (amount) =>
      together(quotesHtml(first, amount), isOnly ? evidenceHtml(model) : null),
    ),
    always(() => alsoHtml(clean(model.brand.name), first)),
    ...others.flatMap((incident) => otherIncident(model, incident)),
    always(() => furtherHtml(model)),
    always(() => (isOnly ? null : evidenceHtml(model))),
    drawnOnce(['themes'], (amount) => aboutHtml(first, amount)),
    ...checksOnce(model).map((incident) => always(() => checksHtml(incident))),
    promisesPart(model),
  ];
}

function periodicParts(model: DigestModel): readonly Part[] {
  const isPulse = model.kind === 'weekly-pulse';
  return [
    ...(isPulse ? [promisesPart(model)] : []),
    ...(model.kind === 'first-reading' ? [always(() => sourcesHtml(model))] : []),
    drawnOnce(['quotes'], (amount) => together(heardHtml(model, amount), evidenceHtml(model))),
    ...(isPulse ? [] : [promisesPart(model)]),
  ];
}

const promisesPart = (model: DigestModel): Part =>
  drawnOnce(['sparklines', 'promises'], (amount) => promisesHtml(model, amount));

/** Parts of one section; null when all are. */
function together(...parts: (Markup | null)[]): Markup | null {
  return parts.every((part) => part === null) ? null : html`${parts}`;
}

function topHtml(model: DigestModel): Markup {
  const { label, tone } = chip(model);
  const blind = blindness(model);
  const first = model.incidents[0];
  return html`<table ${LAYOUT} width="100%"><tr><td${st('mute', 'font-size:14px;line-height:20px;font-weight:bold')}>${clean(model.brand.name)}</td><td align="right"${st('mute', 'font-size:14px;line-height:20px')}>${dayRange(model.from, model.to)}</td></tr></table>
<p style="margin:12px 0 8px">${chipHtml(label, tone)}</p>
<h1${st('ink head', 'margin:0 0 10px;font-size:28px;line-height:1.25;font-weight:bold;word-break:break-word')}>${headline(model)}</h1>
${leadParagraphs(lead(model))}${
  blind === null ? null : paragraph(html`<strong>${blind}</strong>`)
}${first ? ownerHtml(first) : null}`;
}

/** What happened stands alone; how sure and how widespread it is, below it. */
function leadParagraphs([first = '', ...rest]: readonly string[]): (Markup | null)[] {
  const big = 'font-size:16px;line-height:25px';
  return [
    paragraph(first, 'ink', big),
    rest.length === 0 ? null : paragraph(rest.join(' '), 'ink', big),
  ];
}

function otherIncident(model: DigestModel, incident: DigestIncident): readonly Part[] {
  const brand = clean(model.brand.name);
  return [
    always(() => incidentTop(brand, incident)),
    drawnOnce(['furtherCharts'], ({ furtherCharts }) => numbersHtml(incident, furtherCharts)),
    drawnOnce(['quotes'], (amount) => quotesHtml(incident, amount)),
    always(() => alsoHtml(brand, incident)),
  ];
}

function furtherHtml({ further, brand }: DigestModel): Markup | null {
  if (further.length === 0) return null;
  return html`${heading('Also')}${further.map((item) =>
    paragraph(
      html`<strong>${item.ref}</strong> ${incidentHeadline(clean(brand.name), item)}: ${whole(item.observed)} in ${counted(item.window, 'day')}, ${usual(item.expected)} usual.`,
    ),
  )}`;
}

function heardHtml(model: DigestModel, amount: Pick<Amount, 'quotes'>): Markup | null {
  if (model.quotes.length === 0) return null;
  const left = model.quotes.length - amount.quotes;
  return html`${heading(heardTitle(model.kind))}${model.quotes
    .slice(0, amount.quotes)
    .map((quote) => quoteHtml(quote, judged(quote, model.promises)))}${
    left > 0 ? paragraph(`${counted(left, 'more')} in the attached file.`, 'mute') : null
  }`;
}

/** Every source and what came from it: the first thing to check on a first reading. */
function sourcesHtml({ coverage }: DigestModel): Markup | null {
  if (coverage.sources.length === 0) return null;
  const rows = coverage.sources.map(({ name, counted: count }) => ({ name: clean(name), count }));
  const title = 'Where they come from';
  const shown = rows.toSorted((a, b) => b.count - a.count).slice(0, SOURCES_SHOWN);
  const rest = rows.length - shown.length;
  return html`${heading(title)}${barTable(title, shown, coverage.mentions, 'bar')}${
    rest > 0 ? paragraph(`And ${counted(rest, 'more source')}.`, 'mute') : null
  }`;
}

const SOURCES_SHOWN = 20;

/** Space after the preheader, so that inboxes do not show the first words of the mail behind it. */
const PADDING = raw('&#847;&zwnj;&nbsp;'.repeat(36));
const FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

function shell(model: DigestModel, footer: Footer, parts: readonly (Markup | null)[]): string {
  const { tone } = chip(model);
  const band = tone === 'bad' ? 'badbar' : tone === 'good' ? 'goodbar' : 'bar';
  const rows = parts
    .filter((part) => part !== null)
    .map(
      (
        part,
        index,
      ) => html`<tr><td${st('side rule', `padding:${index === 0 ? '20px' : '24px'} 32px ${index === 0 ? '16px' : '18px'};${index === 0 ? '' : 'border-top:1px solid'}`)}>
${part}</td></tr>
`,
    );
  return html`<!DOCTYPE html>
<html lang="en" dir="ltr" xmlns:o="urn:schemas-microsoft-com:office:office">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<title>${headline(model)}</title>
<!--[if mso]><xml><o:OfficeDocumentSettings><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml>
<style>td,th,p,h1,h2,a,span,strong{font-family:Arial,sans-serif!important}</style><![endif]-->
<style>${STYLE_SHEET}</style>
</head>
<body${fill('page', `margin:0;padding:0;${FONT}`)}>
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${preheader(model)}${PADDING}</div>
<div role="main">
<table ${LAYOUT} width="100%"${fill('page', FONT)}><tr><td class="gutter" align="center" style="padding:24px 12px">
<!--[if mso]><table role="presentation" width="640" align="center" cellpadding="0" cellspacing="0"><tr><td><![endif]-->
<table ${LAYOUT} width="100%"${fill('card', 'max-width:640px;text-align:left;border-radius:8px')}>
<tr><td height="5"${fill(band, 'font-size:0;line-height:0;border-radius:8px 8px 0 0')}>&nbsp;</td></tr>
${rows}</table>
<table ${LAYOUT} width="100%" style="max-width:640px;text-align:left"><tr><td class="side" style="padding:18px 32px">${footerHtml(model, footer)}</td></tr></table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></table>
</div>
</body>
</html>
`.markup;
}
