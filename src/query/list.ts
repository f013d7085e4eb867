import type { ClassifiedMention } from '../classification/classified-mention.ts';
import { byPlace, type Cursor } from './cursor.ts';
import { type Filters, passes, passesText } from './filters.ts';
import { type BrandReader, daysOf } from './reader.ts';
import type { StandingMention } from './standing.ts';

/** A mention of a list: how it stands and what it says. */
export interface ListedMention extends StandingMention {
  readonly full: ClassifiedMention;
}

/** Full mentions read at once: the first few quickly, then more. */
const FIRST_BATCH = 25;
const BATCH = 100;

export const placeOf = ({ mention }: StandingMention): Cursor => ({
  day: mention.bucketDay,
  at: mention.at,
  id: mention.id,
});

/**
 * The mentions that pass the filters, newest first, read as they are asked for.
 *
 * Each mention comes once, whatever is written meanwhile: places are those of mentions, and one that moves
 * because its author edited it while it was undated is not listed a second time by the same walk.
 *
 * @param after begin behind this place
 * @param onDay called before a day is read, for progress
 */
export async function* listMentions(
  reader: BrandReader,
  filters: Filters,
  {
    after,
    onDay = () => {},
  }: {
    readonly after?: Cursor | undefined;
    readonly onDay?: (done: number, of: number) => void;
  } = {},
): AsyncGenerator<ListedMention> {
  const days = (await daysOf(reader, filters)).filter(
    (day) => after === undefined || day <= after.day,
  );
  const listed = new Set<string>();
  let size = FIRST_BATCH;
  for (const [index, day] of days.entries()) {
    onDay(index, days.length);
    const wanted = (await reader.ofDay(day))
      .filter((one) => passes(one, filters))
      .toSorted((a, b) => byPlace(placeOf(a), placeOf(b)))
      .filter((one) => after === undefined || byPlace(placeOf(one), after) > 0);
    for (const batch of batches(wanted, size)) {
      size = BATCH;
      for (const one of await withTexts(reader, batch)) {
        const { title, text } = one.full;
        if (listed.has(one.mention.id) || !passesText(title, text, filters.text)) continue;
        listed.add(one.mention.id);
        yield one;
      }
    }
  }
}

function* batches<T>(all: readonly T[], first: number): Generator<readonly T[]> {
  for (let i = 0, size = first; i < all.length; i += size, size = BATCH)
    yield all.slice(i, i + (i === 0 ? first : BATCH));
}

/** What was erased since the index was read is left out. */
export async function withTexts(
  { stores, brand }: BrandReader,
  mentions: readonly StandingMention[],
): Promise<ListedMention[]> {
  if (mentions.length === 0) return [];
  const full = await stores.store.readMany(
    brand.id,
    mentions.map(({ mention }) => mention.id),
  );
  const byId = new Map(full.map((one) => [one.id, one]));
  return mentions.flatMap((one) => {
    const found = byId.get(one.mention.id);
    return found === undefined ? [] : [{ ...one, full: found }];
  });
}
