import { tinyDay } from '../../src/digest/dates.ts';
import type { ChartDay } from '../../src/trends/chart.ts';
import { painted } from './table.ts';

const BLOCKS = ['', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const HEIGHT = 8;
/** Times the highest count that the scale reaches at most. */
const HEADROOM = 3;

/**
 * Columns a day with the alert line of the last day and what is usual beside them; works piped and without
 * colour. Days without data are `·`.
 *
 * @param width characters of the line; columns get thinner until the days fit
 */
export function chartLines(
  days: readonly ChartDay[],
  { width = 100, colour }: { readonly width?: number | undefined; readonly colour: boolean },
): string[] {
  const last = days.at(-1);
  const first = days[0];
  if (first === undefined || last === undefined) return [];
  const highest = Math.max(1, ...days.map(({ observed }) => observed));
  // A line far above everything that was counted would flatten the columns: it is named above the chart's edge.
  const alert = last.alertLine;
  const top = Math.max(highest, Math.min(alert ?? 0, HEADROOM * highest));
  const label = String(top).length + 1;
  const room = width - label - 2 - MARKS;
  const wide = days.length * 3 <= room;
  const alertRow = alert === null ? HEIGHT - 1 : rowOf(alert, top);
  const usualRow = rowOf(last.expected, top);
  const lines: string[] = [];
  for (let row = HEIGHT - 1; row >= 0; row--) {
    const bars = days
      .map((day) => painted(bar(day, row, top, wide), tone(day), colour))
      .join(wide ? ' ' : '');
    const axis =
      row === HEIGHT - 1
        ? String(top)
        : row === alertRow && alert !== null && alert < top
          ? String(alert)
          : '';
    lines.push(`${axis.padStart(label)} │${bars}${mark(row, alertRow, usualRow, last)}`.trimEnd());
  }
  const plotted = wide ? days.length * 3 - 1 : days.length;
  const from = tinyDay(first.day);
  const to = tinyDay(last.day);
  const gap = Math.max(2, plotted - from.length - to.length);
  lines.push(`${' '.repeat(label + 2)}${from}${' '.repeat(gap)}${to}`);
  return lines;
}

/** Room for what stands right of the columns. */
const MARKS = 28;

function rowOf(value: number, top: number): number {
  return Math.min(HEIGHT - 1, Math.max(0, Math.ceil((value / top) * HEIGHT) - 1));
}

function bar({ observed, masked }: ChartDay, row: number, top: number, wide: boolean): string {
  if (masked && row === 0) return wide ? '··' : '·';
  const eighths = Math.round((observed / top) * HEIGHT * 8) - row * 8;
  const block = BLOCKS[Math.min(8, Math.max(0, eighths))] || ' ';
  return wide ? block + block : block;
}

function tone({ observed, alertLine, masked }: ChartDay) {
  if (masked) return 'muted';
  return alertLine !== null && observed >= alertLine ? 'bad' : undefined;
}

function mark(row: number, alertRow: number, usualRow: number, last: ChartDay): string {
  if (row === alertRow) {
    return last.alertLine === null
      ? ' cannot fire at this volume'
      : ` ← alert line (${last.alertLine})`;
  }
  return row === usualRow ? ` ← usual (${last.expected.toFixed(1)})` : '';
}

/** `▂▃▃▂▁` in one line, against the highest of them. */
export function sparkLine(counts: readonly number[]): string {
  const top = Math.max(1, ...counts);
  return counts
    .map((count) => BLOCKS[count === 0 ? 0 : Math.max(1, Math.round((8 * count) / top))] || '·')
    .join('');
}
