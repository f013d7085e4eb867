import { tinyDay } from './dates.ts';
import type { ChartDay } from './digest.ts';
import { html, type Markup } from './html.ts';
import { chartSentence, chartWords } from './model-words.ts';
import { whole } from './numbers.ts';
import { fill, ROLES, type RoleName, style as st } from './styles.ts';

/** Height of the tallest column, in pixels. */
const HEIGHT = 112;
/** Height of a column's label. */
const LABEL = 16;

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
  // Three digits are wider than a column on a phone: then only the highest day is labelled. Two digits are as wide:
  // of neighbours the higher one is, or "11" and "12" would be read as one number.
  const labelled = (day: ChartDay, index: number) =>
    day.marked &&
    day.count > 0 &&
    (peak < 100 || day.count === peak) &&
    (day.count < 10 || isTop(days, index));
  return html`<table role="img" aria-label="${chartSentence(days, since)}" cellpadding="0" cellspacing="2" border="0" width="100%" style="table-layout:fixed;width:100%">
<tr>${days.map((day, index) => column(day, scale, labelled(day, index)))}</tr></table>
<table ${LAYOUT} width="100%"><tr>
<td${st('mute', 'font-size:12px;line-height:18px;padding-top:4px;white-space:nowrap')}>${tinyDay(first)}</td>
<td align="center"${st('mute', 'font-size:12px;line-height:18px;padding:4px 8px 0')}>${chartWords(days, since)}</td>
<td align="right"${st('mute', 'font-size:12px;line-height:18px;padding-top:4px;white-space:nowrap')}>${tinyDay(last)}</td></tr></table>`;
}

/** Whether no neighbour is higher; of equal ones the last. */
function isTop(days: readonly ChartDay[], index: number): boolean {
  const count = days[index]?.count ?? 0;
  return count >= (days[index - 1]?.count ?? 0) && count > (days[index + 1]?.count ?? 0);
}

/** Cells without text: Word gives an empty cell the height of a line unless its font has none. */
const EMPTY = 'font-size:0;line-height:0';

/** A block of colour. The attribute is enough for the light theme; the class brings the dark one. */
function block(size: number, role: RoleName): Markup | null {
  if (size < 1) return null;
  return html`<tr><td height="${size}" bgcolor="${ROLES[role].light}" class="${role}" style="${EMPTY}"></td></tr>`;
}

function column(
  { count, line, marked, masked }: ChartDay,
  scale: number,
  labelled: boolean,
): Markup {
  const role = marked ? 'badbar' : 'bar';
  const height = Math.round(count * scale);
  const at = line === null ? null : Math.max(1, Math.round(line * scale));
  const label = labelled
    ? html`<tr><td align="center"${st('bad', `font-size:11px;line-height:${LABEL}px;font-weight:bold`)}>${whole(count)}</td></tr>`
    : null;
  // A label may be wider than its column on a phone; the column must not grow with it.
  const fixed = labelled ? html` style="table-layout:fixed"` : null;
  let body: Markup;
  if (masked) body = html`${block(6, 'track')}`;
  else if (at === null) body = html`${label}${block(height, role)}`;
  else if (height >= at) {
    // The line is cut into the column in the colour of the card.
    const cut = st(`${role} cut`, `border-top:1px dashed;${EMPTY}`, ['cut']);
    body = html`${label}${block(height - at, role)}<tr><td height="${at}" bgcolor="${ROLES[role].light}"${cut}></td></tr>`;
  } else {
    const gap = at - height;
    const under = labelled && gap > LABEL + 2;
    const edge = html`<tr><td height="${under ? gap - LABEL : gap}"${st('line', `border-top:1px dashed;${EMPTY}`)}></td></tr>`;
    // The label stands on its column, under the line, if there is room; else above the line.
    body = under
      ? html`${edge}${label}${block(height, role)}`
      : html`${label}${edge}${block(height, role)}`;
  }
  return html`
<td valign="bottom"><table cellpadding="0" cellspacing="0" width="100%"${fixed}>${body}</table></td>`;
}

export interface Bar {
  readonly name: string;
  readonly count: number;
}

/**
 * Horizontal bars with their numbers, as parts of `all` (or of the largest, if that is more).
 *
 * @param role `badbar` for complaints, `bar` for plain counts
 */
export function barTable(
  caption: string,
  rows: readonly Bar[],
  all: number,
  role: 'badbar' | 'bar' = 'badbar',
): Markup {
  const most = Math.max(1, all, ...rows.map(({ count }) => count));
  return html`<table cellpadding="0" cellspacing="0" border="0" width="100%" aria-label="${caption}">
${rows.map(({ name, count }) => {
  const width = Math.max(1, Math.round((100 * count) / most));
  return html`<tr><th scope="row" align="left" width="42%"${st('ink', 'font-size:15px;line-height:22px;font-weight:normal;padding:3px 8px 3px 0;word-break:break-word')}>${name}</th>
<td align="right" width="34"${st('ink', 'font-size:15px;line-height:22px;font-weight:bold;padding:3px 10px 3px 0')}>${whole(count)}</td>
<td><table ${LAYOUT} width="100%"><tr><td height="10" width="${width}%"${fill(role, 'font-size:0;line-height:0')}></td>${
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
  return html`<table role="presentation" cellpadding="0" cellspacing="1" aria-hidden="true" style="display:inline-table;vertical-align:middle;margin-right:12px"><tr>${counts.map(
    (count) =>
      html`
<td valign="bottom" height="22"><table cellpadding="0" cellspacing="0" width="5">${block(Math.max(1, Math.round((22 * count) / most)), alarming ? 'badbar' : 'bar')}</table></td>`,
  )}</tr></table>`;
}
