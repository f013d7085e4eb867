import { styleText } from 'node:util';
import { clean } from '../../src/digest/clean.ts';
import type { Column, Tone } from './column.ts';

const STYLES = { bad: 'red', good: 'green', muted: 'gray', strong: 'bold' } as const;

/** Narrowest column that fills the line. */
const MIN_FILL = 20;

export interface TableStyle {
  /** Of the terminal; undefined: nothing is cut. */
  readonly width: number | undefined;
  readonly colour: boolean;
}

/** Rows as aligned columns without borders, one line each: strangers' text is cleaned of what steers a terminal. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { width, colour }: TableStyle,
): string[] {
  const shown = columns.filter(({ title }) => title !== undefined);
  const cells = rows.map((row) => shown.map((column) => textOf(column, row)));
  const widths = shown.map((column, i) =>
    Math.max(widthOf(column.title ?? ''), ...cells.map((line) => widthOf(line[i] ?? ''))),
  );
  const fills = shown.findIndex((column) => column.fills === true);
  if (fills >= 0 && width !== undefined) {
    const others = widths.reduce((sum, one, i) => sum + (i === fills ? 0 : one + 2), 0);
    widths[fills] = Math.max(MIN_FILL, Math.min(widths[fills] ?? 0, width - others));
  }
  const line = (texts: readonly string[], tones: readonly (Tone | undefined)[]) =>
    texts
      .map((text, i) => {
        const right = isNumber(shown[i]);
        const last = i === texts.length - 1;
        return painted(padded(text, widths[i] ?? 0, right, last), tones[i], colour);
      })
      .join('  ')
      .trimEnd();
  return [
    line(
      shown.map(({ title = '' }) => title),
      shown.map(() => 'muted' as const),
    ),
    ...cells.map((texts, r) =>
      line(
        texts,
        shown.map((column) => column.tone?.(rows[r] as Row)),
      ),
    ),
  ];
}

function textOf<Row>({ show, value }: Column<Row>, row: Row): string {
  if (show !== undefined) return clean(show(row));
  const plain = value(row);
  if (plain === null) return '';
  return clean(typeof plain === 'object' ? JSON.stringify(plain) : String(plain));
}

const isNumber = (column: { readonly type: string } | undefined) =>
  column?.type === 'integer' || column?.type === 'bigint' || column?.type === 'number';

export function painted(text: string, tone: Tone | undefined, colour: boolean): string {
  return colour && tone !== undefined
    ? styleText(STYLES[tone], text, { validateStream: false })
    : text;
}

function padded(text: string, width: number, right: boolean, last: boolean): string {
  const own = widthOf(text);
  if (own > width) return cut(text, width);
  const space = ' '.repeat(width - own);
  if (right) return `${space}${text}`;
  return last ? text : `${text}${space}`;
}

const WIDE =
  /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\uff01-\uff60]/u;
const NO_WIDTH = /\p{M}|\u200c|\u200d|\ufe0f/u;

/** Columns of a terminal that a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    if (character <= '~') width++;
    else if (!NO_WIDTH.test(character)) width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}

function cut(text: string, width: number): string {
  let kept = '';
  let used = 0;
  for (const character of text) {
    const own = widthOf(character);
    if (used + own > width - 1) break;
    kept += character;
    used += own;
  }
  return `${kept}…`;
}
