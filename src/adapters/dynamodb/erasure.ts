import { withoutQuotes } from '../../digest/without-quotes.ts';
import { readJson } from '../../parse.ts';
import { collectItems } from './collect-items.ts';
import { bucketDayOf, removeOlderVersions } from './mentions.ts';
import type { Table } from './table.ts';

/** A stored mention, as far as finding and erasing it goes. */
export interface Found {
  readonly brand: string;
  readonly id: string;
  readonly source: string;
  readonly bucketDay: string;
}

const mentionKey = (brand: string, id: string) => `M#${brand}#${id}`;

/** What finds a mention on a day of a brand. */
export type Wanted =
  | { readonly author: ReadonlySet<string> }
  /** Compared with the stored, canonical address. */
  | { readonly url: string };

export function dynamoErasure(table: Table) {
  return {
    /**
     * A mention by its id; undefined when there is none, or it is erased already. One whose tombstone stands before an older
     * version with its text is found: its erasure died before the second look.
     */
    async byId(brand: string, id: string): Promise<Found | undefined> {
      const pk = mentionKey(brand, id);
      const rows = await collectItems(table.query({ pk, consistent: true }), (item) => item);
      // `M`, the newest, sorts before `V#…`.
      const left = rows.find(({ erased }) => erased === undefined);
      if (left === undefined) return undefined;
      return { brand, id, source: String(left['source']), bucketDay: bucketDayOf(left) };
    },

    /** Mentions of one day by author or address. An address is in no index: each is read for it. */
    async onDay(brand: string, day: string, wanted: Wanted): Promise<Found[]> {
      const found: Found[] = [];
      for await (const entry of table.query({ index: 'GSI1', pk: `${brand}#${day}` })) {
        const id = String(entry['PK']).slice(mentionKey(brand, '').length);
        const matches =
          'author' in wanted
            ? wanted.author.has(String(entry['authorHash']))
            : (await table.get(mentionKey(brand, id), 'M'))?.['url'] === wanted.url;
        if (matches) found.push({ brand, id, source: String(entry['source']), bucketDay: day });
      }
      return found;
    },

    /**
     * Deletes the older versions of a mention and puts a tombstone in its place, for ever.
     *
     * Whoever dies on the way leaves the mention to be found and erased again: the tombstone comes after all that
     * was there. A version that somebody writes meanwhile goes with the second look; one that is written later is
     * emptied by its writer, whom the tombstone refuses.
     *
     * @returns older versions that were deleted
     */
    async erase({ brand, id }: Found, at: Date): Promise<number> {
      const before = await removeOlderVersions(table, brand, id);
      await putTombstone(table, mentionKey(brand, id), at);
      return before + (await removeOlderVersions(table, brand, id));
    },

    /** Empties what people remarked about the mention: a remark may repeat its words. */
    async eraseRemarks(brand: string, ids: ReadonlySet<string>): Promise<void> {
      for await (const item of table.query({ pk: `A#${brand}`, consistent: true })) {
        if (!ids.has(String(item['mention'])) || item['text'] === '') continue;
        await table.update(String(item['PK']), String(item['SK']), 'SET #text = :none', {
          expression: 'attribute_exists(PK)',
          names: { '#text': 'text' },
          values: { ':none': '' },
        });
      }
    },

    /** Takes the mention's quotes out of the brand's frozen digests. @returns digests that had one */
    async eraseQuotes(brand: string, ids: ReadonlySet<string>): Promise<number> {
      let changed = 0;
      for await (const item of table.query({ pk: `G#${brand}`, consistent: true })) {
        const model = item['model'];
        if (typeof model !== 'string' || ![...ids].some((id) => model.includes(id))) continue;
        const cleaned = withoutQuotes(readJson(model, `digest ${String(item['SK'])}`), ids);
        if (cleaned === undefined) continue;
        await table.update(String(item['PK']), String(item['SK']), 'SET model = :model', {
          expression: 'attribute_exists(PK)',
          values: { ':model': JSON.stringify(cleaned) },
        });
        changed++;
      }
      return changed;
    },
  };
}

/** Attempts at one mention when others write it at the same time. */
const MAX_ATTEMPTS = 10;

/**
 * With the number of the last version, so that a writer that is refused knows which older ones there can be. Not as
 * `version`, which a writer compares before it replaces the mention.
 */
async function putTombstone(table: Table, PK: string, at: Date): Promise<void> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const stored = await table.get(PK, 'M', { consistent: true });
    const version = stored?.['version'];
    const versions = version ?? stored?.['versions'];
    const row = { PK, SK: 'M', erased: at.toISOString(), versions };
    const isDone = await table.put(row, {
      expression: version === undefined ? 'attribute_not_exists(#version)' : '#version = :seen',
      names: { '#version': 'version' },
      ...(version !== undefined && { values: { ':seen': version } }),
    });
    if (isDone) return;
  }
  throw new Error(`a mention was changed by others ${MAX_ATTEMPTS} times in a row: try again`);
}
