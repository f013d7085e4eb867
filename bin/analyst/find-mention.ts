import type { ClassifiedMention } from '../../src/classification/classified-mention.ts';
import type { BrandReader } from '../../src/query/reader.ts';
import { EXIT, Refusal, UsageError } from '../command.ts';

/** Fewer characters name too many mentions. */
const SHORTEST = 6;

/**
 * All versions of the mention that an id, or the beginning of one, names; newest first.
 *
 * @throws {Refusal} when there is none, it was erased, or the beginning names several
 */
export async function findMention(
  reader: BrandReader,
  typed: string,
): Promise<readonly [ClassifiedMention, ...ClassifiedMention[]]> {
  const id = await fullId(reader, typed.trim().toLowerCase());
  const versions = await reader.stores.store.history(reader.brand.id, id);
  if (versions === 'erased')
    throw new Refusal(`mention ${typed} was erased: nothing of it is kept.`, EXIT.notFound);
  const [newest, ...older] = versions;
  if (newest === undefined)
    throw new Refusal(
      `there is no mention ${typed} of ${reader.brand.id}. Ids are in: promisewatch mentions list`,
      EXIT.notFound,
    );
  return [newest, ...older];
}

async function fullId(reader: BrandReader, typed: string): Promise<string> {
  if (/^[0-9a-f]{32}$/.test(typed)) return typed;
  if (!new RegExp(`^[0-9a-f]{${SHORTEST},31}$`).test(typed))
    throw new UsageError(
      `"${typed.slice(0, 40)}" is not a mention's id: use at least ${SHORTEST} of its 32 characters (0-9, a-f).`,
    );
  const found = new Set<string>();
  for (const day of (await reader.days()).toReversed()) {
    for (const { mention } of await reader.ofDay(day))
      if (mention.id.startsWith(typed)) found.add(mention.id);
  }
  const [only, ...others] = found;
  if (only === undefined)
    throw new Refusal(
      `there is no mention ${typed} of ${reader.brand.id}. Ids are in: promisewatch mentions list`,
      EXIT.notFound,
    );
  if (others.length > 0)
    throw new Refusal(
      `${found.size} mentions begin with ${typed}: ${[...found].slice(0, 5).join(', ')}. Type more of it.`,
      EXIT.notFound,
    );
  return only;
}
