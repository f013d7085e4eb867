import { closest } from '../../src/config/suggest.ts';
import { type Filters, passes } from '../../src/query/filters.ts';
import { withTexts } from '../../src/query/list.ts';
import { type BrandReader, daysOf } from '../../src/query/reader.ts';
import type { StandingMention } from '../../src/query/standing.ts';
import { FILTER_NAMES, type FilterFlags } from './flags.ts';
import { periodWords, readFilters } from './read-filters.ts';

/** Flags that are left out one at a time; period and words are explained by themselves. */
const NARROWING = FILTER_NAMES.filter((name) => !['since', 'until', 'text'].includes(name));

/** Mentions whose words are looked through for the one that was meant. */
const WORDS_OF = 500;

export interface Nothing {
  /** Why nothing was found, in sentences. */
  readonly because: string;
  /** The flags with which something would be found; undefined where nothing is stored. */
  readonly instead: FilterFlags | undefined;
}

/**
 * Which of the filters leaves nothing over, and what to ask instead.
 *
 * @param usual what `--since` is when it is not given
 * @param hasTexts whether the reader can read texts; a local copy cannot
 */
export async function explainNothing(
  reader: BrandReader,
  flags: FilterFlags,
  usual: string,
  hasTexts = true,
): Promise<Nothing> {
  const days = await reader.days();
  const filters = readFilters(flags, reader, usual);
  const always = filters.since === undefined && filters.until === undefined;
  const period = always ? 'in all stored time' : periodWords(filters, reader);
  if (days.length === 0)
    return { because: `no mention of ${reader.brand.name} is stored yet.`, instead: undefined };
  const said = await mentionsOf(reader, filters);
  if (said.length === 0)
    return {
      because: `nothing was said ${period}. Stored days: ${days[0]} to ${days.at(-1)}.`,
      instead: { ...flags, since: 'all', until: undefined },
    };
  const passing = (only: FilterFlags) => {
    const asked = readFilters({ ...only, text: undefined }, reader, usual);
    return said.filter((one) => passes(one, asked));
  };
  const { text } = flags;
  const others = text === undefined ? [] : passing(flags);
  if (text !== undefined && others.length > 0)
    return noWord(reader, flags, hasTexts ? others : [], others.length, period);
  const [best] = NARROWING.filter((name) => flags[name] !== undefined)
    .map((name) => ({ name, count: passing({ ...flags, [name]: undefined }).length }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count);
  if (best !== undefined) {
    const { name, count } = best;
    const there = name === 'language' ? languages(passing({ ...flags, language: undefined })) : '';
    return {
      because: `no mention passes these filters ${period}. Without --${name} ${flags[name]}: ${count}${text === undefined ? '' : ' before the search for words'}.${there}`,
      instead: { ...flags, [name]: undefined },
    };
  }
  return {
    because: `no mention passes these filters ${period}: more than one of them leaves nothing over. Without any: ${said.length}.`,
    instead: { ...flags, ...Object.fromEntries(NARROWING.map((name) => [name, undefined])) },
  };
}

async function mentionsOf(
  reader: BrandReader,
  { since, until }: Pick<Filters, 'since' | 'until'>,
): Promise<StandingMention[]> {
  const period = { ...(since && { since }), ...(until && { until }) };
  const all: StandingMention[] = [];
  for (const day of await daysOf(reader, period))
    for (const one of await reader.ofDay(day))
      if (
        passes(one, { ...period, population: 'customer' }) ||
        passes(one, { ...period, population: 'employee' })
      )
        all.push(one);
  return all;
}

/** The words are nowhere in what passes everything else. */
async function noWord(
  reader: BrandReader,
  flags: FilterFlags,
  looked: readonly StandingMention[],
  count: number,
  period: string,
): Promise<Nothing> {
  const text = flags.text ?? '';
  const guess = /\s/.test(text) ? undefined : closest(text, await wordsOf(reader, looked));
  const hint = guess === undefined ? '' : ` Did you mean "${guess}"?`;
  return {
    because: `${count} ${count === 1 ? 'mention passes' : 'mentions pass'} the other filters ${period}, and none has "${text.slice(0, 60)}" in its title or text.${hint}`,
    instead: { ...flags, text: guess },
  };
}

/** Most frequent first, so that of equally near words the usual one is meant. */
async function wordsOf(
  reader: BrandReader,
  mentions: readonly StandingMention[],
): Promise<string[]> {
  const counts = new Map<string, number>();
  for (const { full } of await withTexts(reader, mentions.slice(-WORDS_OF)))
    for (const [word] of `${full.title ?? ''} ${full.text}`.toLowerCase().matchAll(/\p{L}{3,30}/gu))
      counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([word]) => word);
}

function languages(mentions: readonly StandingMention[]): string {
  const counts = new Map<string, number>();
  for (const { mention } of mentions) {
    const code = mention.lang ?? 'unknown';
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const listed = [...counts].toSorted(([, a], [, b]) => b - a).slice(0, 8);
  return ` Languages: ${listed.map(([code, count]) => `${code} ${count}`).join(', ')}.`;
}
