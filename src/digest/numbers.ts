/** "1,204" */
export function whole(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** An expected count: one decimal under 10 ("9.2"), whole above ("12"), never "0" for something. */
export function usual(expected: number): string {
  if (expected >= 9.95) return whole(expected);
  if (expected > 0 && expected < 0.05) return 'under 0.1';
  return String(Number(expected.toFixed(1)));
}

/** "31 mentions", "1 mention" */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${whole(count)} ${count === 1 ? one : many}`;
}

/** "3.4×", rounded down so that it never says too much; null where nothing was expected. */
export function ratio(observed: number, expected: number): string | null {
  if (expected < 0.05) return null;
  const times = observed / expected;
  return times >= 20 ? 'over 20×' : `${(Math.floor(times * 10) / 10).toFixed(1)}×`;
}

/** "2 %", "under 1 %"; of nothing it is "0 %" */
export function percent(part: number, all: number): string {
  if (part === 0 || all === 0) return '0 %';
  const share = (100 * part) / all;
  return share < 1 ? 'under 1 %' : `${Math.round(share)} %`;
}

/** "a", "a and b", "a, b and c" */
export function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

/** Cuts at a word boundary so that the result has at most `length` UTF-16 units, dots included. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, length - 1);
  const space = cut.lastIndexOf(' ');
  return `${(space > length / 2 ? cut.slice(0, space) : cut).replace(/[\ud800-\udbff]$/, '')}…`;
}
