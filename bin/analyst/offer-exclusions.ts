import type { ClassifiedMention } from '../../src/classification/classified-mention.ts';
import { suggestExclusions } from '../../src/mentions/exclusions.ts';
import type { BrandReader } from '../../src/query/reader.ts';
import type { World } from '../command.ts';

/** Mentions about the brand that a phrase must not stand in. */
const COMPARED = 500;
const COMPARED_DAYS = 30;

const textOf = ({ title, text }: ClassifiedMention) =>
  title === null ? text : `${title}\n${text}`;

/** Offers the words around the name in mentions about somebody else as exclusions, where no other mention has them. */
export async function offerExclusions(
  reader: BrandReader,
  marked: ClassifiedMention,
  { complain }: World,
): Promise<void> {
  const { brand, stores } = reader;
  const relabels = await reader.relabels();
  const others = [...relabels]
    .filter(
      ([id, own]) => id !== marked.id && own.findLast((r) => r.aboutUs !== null)?.aboutUs === false,
    )
    .map(([id]) => id);
  const right = await countedIds(reader, marked.id);
  const texts = async (ids: readonly string[]) =>
    (await stores.store.readMany(brand.id, ids)).map(textOf);
  const compared = await texts(right);
  const wrong = [textOf(marked), ...(await texts(others))];
  const offered = suggestExclusions(brand, wrong, compared).filter(
    ({ phrase }) => !brand.exclude.includes(phrase),
  );
  if (offered.length === 0) return;
  complain(
    `To leave such mentions out from now on, add one of these under "exclude:" of ${brand.id}:`,
  );
  for (const { phrase, hides } of offered)
    complain(
      `  "${phrase}"  in ${hides} of ${wrong.length} marked so, in none of ${compared.length} about ${brand.name}`,
    );
}

/** The newest counted mentions of a month but one, so many at most. */
async function countedIds(reader: BrandReader, except: string): Promise<string[]> {
  const ids: string[] = [];
  for (const day of (await reader.days()).toReversed().slice(0, COMPARED_DAYS)) {
    const counted = (await reader.ofDay(day)).filter((one) => one.counted === 'yes');
    ids.push(...counted.map(({ mention }) => mention.id).filter((id) => id !== except));
    if (ids.length >= COMPARED) break;
  }
  return ids.slice(0, COMPARED);
}
