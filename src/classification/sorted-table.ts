/** Numbers by word, searched in the text of their file: to read all lines at start would take longer than all look-ups. */
export interface SortedTable {
  /** The number of a word, 0 where the table does not have it. */
  find(word: string): number;
  /** All words, in their order. */
  words(): string[];
}

const TAB = 9;

/** @param lines `word<TAB>number`, each ended by a line feed, sorted by `sortedLines` */
export function readTable(lines: string): SortedTable {
  const ends: number[] = [];
  for (let at = lines.indexOf('\n'); at >= 0; at = lines.indexOf('\n', at + 1)) ends.push(at);
  const startOf = (line: number) => (line === 0 ? 0 : (ends[line - 1] as number) + 1);
  return {
    find(word) {
      let low = 0;
      let high = ends.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        const start = startOf(middle);
        const order = compare(word, lines, start);
        if (order === 0)
          return Number(lines.slice(start + word.length + 1, ends[middle] as number));
        if (order < 0) high = middle;
        else low = middle + 1;
      }
      return 0;
    },
    words: () =>
      ends.map((_, line) => lines.slice(startOf(line), lines.indexOf('\t', startOf(line)))),
  };
}

/** Below 0 where the word comes before that of the line that starts at `start`. */
function compare(word: string, lines: string, start: number): number {
  for (let index = 0; index < word.length; index += 1) {
    const unit = lines.charCodeAt(start + index);
    // A tab comes before everything that a word is made of.
    if (unit !== word.charCodeAt(index)) return unit === TAB ? 1 : word.charCodeAt(index) - unit;
  }
  return lines.charCodeAt(start + word.length) === TAB ? 0 : -1;
}

/** Lines for `readTable`. */
export function sortedLines(numbers: ReadonlyMap<string, number>): string {
  return [...numbers.keys()]
    .sort()
    .map((word) => `${word}\t${numbers.get(word)}\n`)
    .join('');
}
