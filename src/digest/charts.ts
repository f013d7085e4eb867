import { tinyDay } from './dates.ts';
import type { ChartDay } from './digest.ts';
import { html, type Markup } from './html.ts';
import { chartSentence, chartWords } from './model-words.ts';
import { whole } from './numbers.ts';
import { fill, ROLES, style as st } from './styles.ts';

/** Height of the tallest column, in pixels. */
const HEIGHT = 112;

/** `<table>` as layout: nothing of it is read out. */
const LAYOUT = html`role="presentation" cellpadding="0" cellspacing="0" border="0"`;

/**
 * A column a day out of table cells, so that it shows with images blocked, without style sheets and in
 * classic Outlook. In each column a dashed edge stands at the count that would have fired that day.
 */
export function columnChart(days: readonly ChartDay[], since: string): Markup {
  const top = Math.max(1, ...days.map(({ count, line }) => Math.max(count, 1.15 * (line ?? 0))));
  const scale = HEIGHT / top;
  const first = days[0]?.day ?? since;
  const last = days.at(-1)?.day ?? since;
  const peak = Math.max(...days.map(({ count }) => count));
  // Three digits are wider than a column on a phone: then only the highest day is labelled.
  const labelled = (day: ChartDay) =>
    day.marked && day.count > 0 && (peak < 100 || day.count === peak);
  return html`<table role="img" aria-label="${chartSentence(days, since)}" cellpadding="0" cellspacing="0" border="0" width="100%"${st('', 'table-layout:fixed;width:100%')}>
<tr>${days.map((day) => column(day, scale, labelled(day)))}</tr></table>
<table ${LAYOUT} width="100%"><tr>
<td${st('mute', 'font-size:12px;line-height:18px;padding-top:4px;white-space:nowrap')}>${tinyDay(first)}</td>
<td align="center"${st('mute', 'font-size:12px;line-height:18px;padding:4px 8px 0')}>${chartWords(days, since)}</td>
<td align="right"${st('mute', 'font-size:12px;line-height:18px;padding-top:4px;white-space:nowrap')}>${tinyDay(last)}</td></tr></table>`;
}

function column({ count, line, marked }: ChartDay, scale: number, labelled: boolean): Markup {
  const role = marked ? 'badbar' : 'bar';
  const pixels = (value: number) => Math.round(value * scale);
  const height = pixels(count);
  const at = line === null ? null : Math.max(1, pixels(line));
  const label = labelled
    ? html`<tr><td align="center"${st('bad', 'font-size:11px;line-height:16px;font-weight:bold')}>${whole(count)}</td></tr>`
    : '';
  const block = (size: number) =>
    size > 0
      ? html`<tr><td height="${size}"${fill(role, 'font-size:0;line-height:0')}></td></tr>`
      : '';
  const dashed = (size: number, inner: Markup) => html`<tr><td height="${size}"${inner}></td></tr>`;
  const cutFill = html`${st(`${role} cut`, 'border-top:1px dashed;font-size:0;line-height:0')} bgcolor="${ROLES[role].light}"`;
  let body: Markup;
  if (at === null) body = html`${label}${block(height)}`;
  else if (height >= at) {
    body = html`${label}${block(height - at)}${dashed(at, cutFill)}`;
  } else {
    const gap = at - height;
    const edge = st('line', 'border-top:1px dashed;font-size:0;line-height:0');
    const labelHeight = labelled ? 16 : 0;
    // The label stands on its column, under the line, if there is room; else above the line.
    body =
      gap > labelHeight + 2
        ? html`${dashed(gap - labelHeight, edge)}${label}${block(height)}`
        : html`${label}${dashed(gap, edge)}${block(height)}`;
  }
  return html`
<td valign="bottom"${st('', 'padding:0 1px')}><table ${LAYOUT} width="100%">${body}</table></td>`;
}

export interface Bar {
  readonly name: string;
  readonly count: number;
}

/** Horizontal bars with their numbers. Widths are parts of the largest. */
export function barTable(caption: string, rows: readonly Bar[]): Markup {
  const most = Math.max(1, ...rows.map(({ count }) => count));
  return html`<table cellpadding="0" cellspacing="0" border="0" width="100%" aria-label="${caption}">
${rows.map(({ name, count }) => {
  const width = Math.max(1, Math.round((100 * count) / most));
  return html`<tr><th scope="row" align="left" width="42%"${st('ink', 'font-size:15px;line-height:22px;font-weight:normal;padding:3px 8px 3px 0;word-break:break-word')}>${name}</th>
<td align="right" width="34"${st('ink', 'font-size:15px;line-height:22px;font-weight:bold;padding:3px 10px 3px 0')}>${whole(count)}</td>
<td><table ${LAYOUT} width="100%"><tr><td height="10" width="${width}%"${fill('badbar', 'font-size:0;line-height:0')}></td>${
    width < 100
      ? html`<td height="10" width="${100 - width}%"${fill('track', 'font-size:0;line-height:0')}></td>`
      : ''
  }</tr></table></td></tr>
`;
})}</table>`;
}

/** Fourteen thin columns; the numbers beside them say the same. */
export function sparkline(counts: readonly number[], alarming: boolean): Markup {
  const most = Math.max(1, ...counts);
  return html`<table ${LAYOUT} aria-hidden="true"><tr>${counts.map(
    (count) =>
      html`<td valign="bottom" height="22"${st('', 'padding:0 1px 0 0')}><table ${LAYOUT}><tr><td width="5" height="${Math.max(1, Math.round((22 * count) / most))}"${fill(alarming ? 'badbar' : 'bar', 'font-size:0;line-height:0')}></td></tr></table></td>`,
  )}</tr></table>`;
}
