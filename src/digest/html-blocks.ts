import { type Amount, promisesShown } from './amount.ts';
import { sparkline } from './charts.ts';
import { clean } from './clean.ts';
import {
  actionWords,
  caseWords,
  nextSteps,
  scopeWords,
  steadyNote,
  tooFewNote,
  whyPeriodic,
} from './closing-words.ts';
import { coverageRemarks } from './coverage-words.ts';
import { shortDay } from './dates.ts';
import type { DigestModel, DigestQuote, PromiseRow } from './digest.ts';
import { type Footer, UNSUBSCRIBE_PLACEHOLDER } from './footer.ts';
import { html, type Markup, raw } from './html.ts';
import { linkTo, safeUrl } from './link.ts';
import { evidenceWords } from './model-words.ts';
import { counted, usual, whole } from './numbers.ts';
import { byline, printQuote } from './quote-words.ts';
import { fill, style as st } from './styles.ts';
import { type Tone, whyIncident } from './words.ts';

/** Parts that every kind of mail is made of. Each returns the inside of one cell, or null. */

export const LAYOUT = raw('role="presentation" cellpadding="0" cellspacing="0" border="0"');

const CHIP_ROLES: Record<Tone, string> = {
  bad: 'bad badsoft',
  good: 'good goodsoft',
  plain: 'mute plainsoft',
};

export function chipHtml(label: string, tone: Tone): Markup {
  return html`<span${st(CHIP_ROLES[tone], 'display:inline-block;padding:2px 10px;border-radius:11px;font-size:13px;line-height:18px;font-weight:bold;white-space:nowrap')}>${label}</span>`;
}

export function heading(text: string): Markup {
  return html`<h2${st('ink', 'margin:0 0 12px;font-size:17px;line-height:24px;font-weight:bold')}>${text}</h2>`;
}

export function paragraph(
  text: Markup | string,
  roles = 'ink',
  css = 'font-size:15px;line-height:23px',
): Markup {
  return html`<p${st(roles, `margin:0 0 8px;${css}`)}>${text}</p>
`;
}

export function link(url: string, words: string): Markup {
  return html`<a href="${safeUrl(url)}"${st('link', 'text-decoration:underline')}>${words}</a>`;
}

/** A quote with its key phrase marked, who said it where and when, and the way to the original. */
export function quoteHtml(quote: DigestQuote, verdict: string | null = null): Markup {
  const { before, marked, after } = printQuote(quote);
  const good = quote.tone === 'positive';
  const roles = good ? 'good goodsoft' : 'bad badsoft';
  const to = linkTo(quote.url);
  const source = clean(quote.source.name);
  const where =
    to === null
      ? null
      : to.href === null
        ? html` · at ${to.host}`
        : html` · ${link(to.href, `Read it on ${source}`)}`;
  const lang = quote.lang !== null && quote.lang !== 'en' ? html` lang="${quote.lang}"` : null;
  return html`<table ${LAYOUT} width="100%" style="margin:0 0 14px"><tr>
<td width="4"${fill(good ? 'goodbar' : 'badbar', 'font-size:0;line-height:0')}>&nbsp;</td>
<td style="padding:0 0 0 14px"><p${st('ink', 'margin:0 0 3px;font-size:16px;line-height:24px;word-break:break-word')}${lang} dir="auto">“${before}${
    marked === '' ? null : html`<strong${st(roles, 'font-weight:bold')}>${marked}</strong>`
  }${after}”</p>
<p${st('mute', 'margin:0;font-size:13px;line-height:19px;word-break:break-word')}>${byline(quote)}${where}${verdict === null ? null : html`<br>${verdict}`}</p></td></tr></table>
`;
}

export function evidenceHtml(model: DigestModel): Markup | null {
  if (model.evidence.total === 0) return null;
  const [many, rest] = evidenceWords(model);
  return html`<table ${LAYOUT} width="100%"><tr><td${fill('soft', 'padding:11px 16px;border-radius:6px;font-size:15px;line-height:22px')}><span${st('ink', 'word-break:break-word')}><strong>${many}</strong>${rest}, with links, are in the attached file <strong style="white-space:nowrap;font-size:14px">${model.evidence.filename}</strong></span></td></tr></table>`;
}

const STATUS_TONES: Record<PromiseRow['status'], Tone> = {
  'in incident': 'bad',
  steady: 'plain',
  learning: 'plain',
  'too few': 'plain',
};

/** Every promise with seven days, fourteen days and a status. Short of room, steady ones become a number. */
export function promisesHtml(
  { promises }: DigestModel,
  amount: Pick<Amount, 'sparklines' | 'promises'>,
): Markup | null {
  if (promises.length === 0) return null;
  const [shown, rest] = promisesShown(promises, amount);
  const head = (text: string, align: string) =>
    html`<th scope="col" align="${align}"${st('mute rule', 'font-size:13px;line-height:18px;font-weight:normal;padding:0 8px 7px 0;border-bottom:1px solid')}>${text}</th>`;
  return html`${heading('All your promises, last 7 days')}<table cellpadding="0" cellspacing="0" border="0" width="100%">
<tr>${head('Promise', 'left')}${head('Broken (usual)', 'right')}${head(amount.sparklines === 'none' ? 'Status' : '14 days and status', 'left')}</tr>
${shown.map((row) => promiseRow(row, amount))}</table>
${[rest, steadyNote(shown), tooFewNote(shown)].map((note) => (note === null ? null : paragraph(note, 'mute', 'font-size:13px;line-height:19px;padding-top:8px')))}`;
}

function promiseRow(
  { text, observed, expected, days, status }: PromiseRow,
  amount: Pick<Amount, 'sparklines'>,
): Markup {
  const bad = status === 'in incident';
  const cell = 'padding:9px 8px 9px 0;border-bottom:1px solid;font-size:15px;line-height:21px';
  const spark = amount.sparklines === 'all' || (amount.sparklines === 'incidents' && bad);
  return html`<tr><th scope="row" align="left"${st('ink rule', `${cell};font-weight:normal;word-break:break-word`)}>${clean(text)}</th>
<td align="right" valign="middle"${st('ink rule', `${cell};white-space:nowrap`)}><strong>${whole(observed)}</strong>${expected === null ? null : ` (${usual(expected)})`}</td>
<td valign="middle"${st('rule', `${cell};padding-right:0`)}>${spark ? sparkline(days, bad) : null}<span style="display:inline-block;vertical-align:middle;padding:2px 0">${chipHtml(status, STATUS_TONES[status])}</span></td></tr>
`;
}

export function actionsHtml({ actions }: DigestModel): Markup | null {
  if (actions.length === 0) return null;
  return html`${heading('What you did, and what happened since')}${actions.map((action) =>
    paragraph(
      html`<strong>${shortDay(action.day)}: ${clean(action.text)}</strong><br>${actionWords(action)}`,
    ),
  )}`;
}

export function casesHtml({ cases }: DigestModel): Markup | null {
  if (cases === null) return null;
  return paragraph(caseWords(cases));
}

export function employeesHtml({ employees }: DigestModel): Markup | null {
  if (employees === null || employees.mentions === 0) return null;
  return html`${heading('What employees say')}${paragraph(
    `${counted(employees.mentions, 'mention')} by employees, ${whole(employees.negative)} negative. They are never part of the counts above.`,
  )}${employees.quote === null ? null : quoteHtml(employees.quote)}`;
}

/** The rule in words and numbers, what was read, what was left out. */
export function whyHtml(model: DigestModel): Markup {
  const small = 'font-size:14px;line-height:21px';
  const sub = (text: string, top: string) =>
    html`<h2${st('ink', `margin:${top} 0 6px;font-size:15px;line-height:21px;font-weight:bold`)}>${text}</h2>`;
  const first = model.incidents[0];
  const rules = [...(first ? whyIncident(model, first) : whyPeriodic(model)), ...scopeWords(model)];
  const skipped = model.skipped.slice(0, 5).map(clean);
  const why = [...rules, ...skipped].map((line) => paragraph(line, 'mute', small));
  const read = coverageRemarks(model).map(({ label, text }) =>
    paragraph(
      html`${label === null ? null : html`<strong${st('ink')}>${label}</strong>`}${text}`,
      'mute',
      small,
    ),
  );
  const command = first
    ? paragraph(
        html`Analysts: <code style="font-family:Consolas,Menlo,monospace;font-size:13px;word-break:break-word">promisewatch incidents show ${first.ref}</code>`,
        'mute',
        small,
      )
    : null;
  return html`<table ${LAYOUT} width="100%"><tr><td${fill('soft', 'padding:16px 18px 10px;border-radius:6px;word-break:break-word')}>${html`${sub('Why you got this', '0')}${why}`}${sub('What was read', '14px')}${read}${command}</td></tr></table>
${paragraph(`${nextSteps(model)} Is something here wrong? Just reply.`, 'ink', 'font-size:15px;line-height:23px;padding-top:16px')}`;
}

export function footerHtml(model: DigestModel, { unsubscribe, postal }: Footer): Markup {
  const brand = clean(model.brand.name);
  const small = 'font-size:13px;line-height:20px;word-break:break-word';
  // The placeholder is not an address yet, so it is written raw; SES puts an https address there.
  const choice =
    unsubscribe === 'ses'
      ? html` <a href="${raw(UNSUBSCRIBE_PLACEHOLDER)}"${st('link', 'text-decoration:underline')}>Choose what you get or unsubscribe</a>.`
      : ' To change what you get, or to stop it, reply and say so.';
  const ref = model.incidents[0]?.ref;
  const sender = [ref, postal === null ? null : clean(postal)].filter(Boolean).join(' · ');
  return html`${paragraph(html`You are on the ${brand} list of promisewatch.${choice}`, 'mute', small)}${sender === '' ? null : paragraph(sender, 'mute', small)}`;
}
