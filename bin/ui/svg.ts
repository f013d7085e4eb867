import { shortDay, tinyDay } from '../../src/digest/dates.ts';
import { html, type Markup } from '../../src/digest/html.ts';
import type { ChartDay } from '../../src/trends/chart.ts';
import type { Incident } from '../../src/trends/incident.ts';
import { decimal } from '../output/words.ts';
import { numberHead, wideTable } from './layout.ts';

const WIDTH = 720;
const HEIGHT = 200;
const LEFT = 30;
const BOTTOM = 22;
const TOP = 10;

/** One path for all columns: sixty rectangles as elements would be most of the page. */
function columns(
  days: readonly ChartDay[],
  shown: (day: ChartDay) => boolean,
  place: Place,
): string {
  return days
    .map((day, i) => {
      if (!shown(day) || day.observed === 0) return '';
      const y = place.y(day.observed);
      return `M${round(place.x(i) + 1)} ${place.floor}V${round(y)}h${round(place.step - 2)}V${place.floor}z`;
    })
    .join('');
}

interface Place {
  readonly x: (index: number) => number;
  readonly y: (value: number) => number;
  readonly step: number;
  readonly floor: number;
}

/** Times the highest count that the scale reaches at most, so that a high alert line does not flatten the columns. */
const HEADROOM = 3;

function topOf(days: readonly ChartDay[]): number {
  const counted = Math.max(
    1,
    ...days.map(({ observed, expected }) => Math.max(observed, expected)),
  );
  const lines = days.map(({ alertLine }) => alertLine ?? 0);
  return Math.ceil(Math.max(counted, Math.min(HEADROOM * counted, Math.max(0, ...lines))));
}

function lineWords({ alertLine }: ChartDay): string {
  return alertLine === null ? 'no count can fire at this volume' : `the alert line is ${alertLine}`;
}

const round = (value: number) => Math.round(value * 10) / 10;

/**
 * A series day by day with what is usual, the alert line and its incidents, and the same numbers as a table behind it.
 *
 * @param named what is counted, for people who do not see the chart
 * @param numbers false leaves the table out, where a file must stay small
 */
export function trendChart(
  days: readonly ChartDay[],
  incidents: readonly Incident[],
  { named, id, numbers = true }: { named: string; id: string; numbers?: boolean },
): Markup {
  const first = days[0];
  const last = days.at(-1);
  if (first === undefined || last === undefined) return html`<p>No day to show.</p>`;
  const top = topOf(days);
  const step = (WIDTH - LEFT) / days.length;
  const floor = HEIGHT - BOTTOM;
  const place: Place = {
    x: (i) => LEFT + i * step,
    // A line far above everything that was counted runs along the upper edge: the table has its number.
    y: (value) => floor - (Math.min(value, top) / top) * (floor - TOP),
    step,
    floor,
  };
  const over = ({ masked, observed, alertLine }: ChartDay) =>
    !masked && alertLine !== null && observed >= alertLine;
  const masked = days
    .map((day, i) =>
      day.masked ? `M${round(place.x(i) + 1)} ${floor}v-4h${round(step - 2)}v4z` : '',
    )
    .join('');
  const highest = days.reduce((best, day) => (day.observed > best.observed ? day : best), first);
  const flagged = days.filter(over).length;
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">${named}</title><desc id="${id}-d">${shortDay(first.day)} to ${shortDay(last.day)}; highest ${highest.observed} on ${shortDay(highest.day)}; on ${flagged} days at or over the alert line; on the last day ${decimal(last.expected)} are usual and ${lineWords(last)}.</desc>
${incidents.map((incident) => shade(incident, days, place))}<line class="g" x1="${LEFT}" x2="${WIDTH}" y1="${floor}" y2="${floor}"/>
<path class="b" d="${columns(days, (day) => !over(day), place)}"/><path class="x" d="${columns(days, over, place)}"/><path class="m" d="${masked}"/>
<path class="u" d="${line(days, ({ expected }) => expected, place)}"/><path class="a" d="${line(days, ({ alertLine }) => alertLine, place)}"/>
<text x="${LEFT - 6}" y="${TOP + 4}" text-anchor="end">${top}</text><text x="${LEFT - 6}" y="${floor}" text-anchor="end">0</text>
<text class="t" x="${LEFT}" y="${HEIGHT - 6}">${tinyDay(first.day)}</text><text class="t" x="${WIDTH}" y="${HEIGHT - 6}" text-anchor="end">${tinyDay(last.day)}</text></svg>
<p class="small muted"><span class="key u"></span>usual &#160; <span class="key a"></span>alert line${incidents.length > 0 ? html` &#160; <span class="key s"></span>incident` : null}</p>
${numbers ? html`<details><summary>The numbers of this chart</summary>${numbersTable(days, named)}</details>` : null}`;
}

/** A line of steps, with gaps where there is no value. */
function line(
  days: readonly ChartDay[],
  value: (day: ChartDay) => number | null,
  place: Place,
): string {
  let drawn = false;
  return days
    .map((day, i) => {
      const height = value(day);
      const move = drawn ? 'L' : 'M';
      drawn = height !== null;
      if (height === null) return '';
      return `${move}${round(place.x(i))} ${round(place.y(height))}h${round(place.step)}`;
    })
    .join('');
}

function shade(incident: Incident, days: readonly ChartDay[], { x, step, floor }: Place) {
  const end = incident.recoveredOn ?? incident.closedOn ?? days.at(-1)?.day ?? incident.since;
  const from = days.findIndex(({ day }) => day >= incident.since);
  const to = days.findLastIndex(({ day }) => day <= end);
  if (from < 0 || to < from) return null;
  return html`<rect class="s" x="${round(x(from))}" y="${TOP}" width="${round((to - from + 1) * step)}" height="${floor - TOP}"/>`;
}

function numbersTable(days: readonly ChartDay[], named: string): Markup {
  return wideTable(
    named,
    ['Day', ...['Count', 'Usual', 'Alert line', 'Mentions'].map(numberHead)],
    days
      .toReversed()
      .map(
        ({ day, observed, expected, alertLine, mentions, masked }) =>
          html`<tr><th scope="row" class="d">${day}${masked ? ' (not read)' : ''}</th><td class="n">${observed}</td><td class="n">${decimal(expected)}</td><td class="n">${alertLine ?? '–'}</td><td class="n">${mentions}</td></tr>`,
      ),
  );
}

/** Fourteen columns; the words beside them say the same to people who do not see them. */
export function spark(counts: readonly number[]): Markup {
  const top = Math.max(1, ...counts);
  const path = counts
    .map((count, i) => (count === 0 ? '' : `M${i * 6} 22v-${round((count / top) * 20 + 1)}h5V22z`))
    .join('');
  return html`<svg class="spark" viewBox="0 0 84 22" role="img" aria-label="${counts.length} days: ${counts.join(', ')}"><path class="b" d="${path}"/></svg>`;
}
