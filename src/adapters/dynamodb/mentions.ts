import type { Classification } from '../../classification/classification.ts';
import { ClassifiedMention } from '../../classification/classified-mention.ts';
import { IndexedMention } from '../../classification/indexed-mention.ts';
import type { Mention } from '../../mentions/mention.ts';
import { parse } from '../../parse.ts';
import type { MentionStore, SaveOutcome } from '../../ports.ts';
import { collectItems } from './collect-items.ts';
import { fromCompact, type Judged, packEvidence, toCompact, unpackEvidence } from './evidence.ts';
import type { Item, Table } from './table.ts';

/** Two different statements claim one id. The message is kept in the dead-letter queue. */
export class IdentityConflict extends Error {
  constructor(brand: string, id: string) {
    super(`mention ${id} of ${brand} is stored with another identity: two statements share one id`);
    this.name = 'IdentityConflict';
  }
}

export const mentionKey = (brand: string, id: string) => `M#${brand}#${id}`;

/** Flag of a mention that its source no longer shows; the day index holds flags. */
const DELETED = 'deleted';

/** When these words were read last. */
const lastRead = ({ readAt, fetchedAt }: Item): string => String(readAt ?? fetchedAt);

/** That nobody wrote the mention, read it anew or marked it since. */
function unchanged({ version, readAt, deletedAt }: Item) {
  return {
    expression: [
      '#version = :seen',
      readAt === undefined ? 'attribute_not_exists(readAt)' : 'readAt = :readAt',
      deletedAt === undefined ? 'attribute_not_exists(deletedAt)' : 'deletedAt = :deletedAt',
    ].join(' AND '),
    names: { '#version': 'version' },
    values: {
      ':seen': version,
      ...(readAt !== undefined && { ':readAt': readAt }),
      ...(deletedAt !== undefined && { ':deletedAt': deletedAt }),
    },
  };
}

/** @returns how many there were */
export async function removeOlderVersions(
  table: Table,
  brand: string,
  id: string,
): Promise<number> {
  const pk = mentionKey(brand, id);
  const older = await collectItems(
    table.query({ pk, from: 'V#', to: 'V#~', consistent: true }),
    ({ SK }) => String(SK),
  );
  for (const sk of older) await table.remove(pk, sk);
  return older.length;
}

/**
 * Empties the older versions behind a tombstone: a writer that died may have copied one just after the erasure had looked
 * for them. By key, for the functions that write mentions may neither query nor delete.
 */
async function emptyVersions(table: Table, { PK, erased, versions }: Item): Promise<void> {
  for (let number = 1; number <= Number(versions ?? 0); number++) {
    const left = await table.get(String(PK), versionKey(number), { consistent: true });
    if (left === undefined || left['erased'] !== undefined) continue;
    await table.put({ PK, SK: versionKey(number), erased, ttl: left['ttl'] });
  }
}

/** Attempts at one mention when others write it at the same time. */
const MAX_ATTEMPTS = 5;

export function dynamoMentionStore(table: Table): MentionStore {
  /** Decides about a mention whose id is taken; undefined when the stored one changed meanwhile. */
  async function reconcile(
    mention: Mention,
    classification: Classification,
  ): Promise<{ outcome: SaveOutcome; days: string[] } | undefined> {
    const stored = await table.get(mentionKey(mention.brand, mention.id), 'M', {
      consistent: true,
    });
    // Expired between the two requests: insert it again.
    if (stored === undefined) return undefined;
    if (stored['erased'] !== undefined) {
      await emptyVersions(table, stored);
      return { outcome: 'erased', days: [] };
    }
    if (stored['identity'] !== mention.identity)
      throw new IdentityConflict(mention.brand, mention.id);
    const days = [...new Set([bucketDayOf(stored), mention.bucketDay])];
    if (stored['contentHash'] === mention.contentHash) {
      const noted = await noteRead(stored, mention.fetchedAt);
      return noted ? { outcome: 'duplicate', days } : undefined;
    }
    if (lastRead(stored) >= mention.fetchedAt) return { outcome: 'stale', days };

    // The old version is copied before it is replaced, so that a crash between the two loses nothing.
    const version = Number(stored['version']);
    await table.put(frozenVersion(stored, version));
    const replaced = await table.put(
      toItem(mention, classification, version + 1),
      unchanged(stored),
    );
    return replaced ? { outcome: 'new-version', days } : undefined;
  }

  /**
   * The same words, read later than those stored: a wording that came between the two and arrives after them is
   * stale. Shown again, it is no longer marked as deleted. A redelivery was not read later and costs nothing.
   *
   * @returns false when the stored one changed meanwhile
   */
  async function noteRead(stored: Item, fetchedAt: string): Promise<boolean> {
    if (lastRead(stored) >= fetchedAt) return true;
    const { deletedAt } = stored;
    const isBack = deletedAt !== undefined && String(deletedAt) < fetchedAt;
    const { expression, names, values } = unchanged(stored);
    const flags = whole(stored).flags.filter((flag) => flag !== DELETED);
    return await table.update(
      String(stored['PK']),
      'M',
      isBack ? 'SET readAt = :now, #flags = :flags REMOVE deletedAt' : 'SET readAt = :now',
      {
        expression,
        names: { ...names, ...(isBack && { '#flags': 'flags' }) },
        values: { ...values, ':now': fetchedAt, ...(isBack && { ':flags': flags }) },
      },
    );
  }

  async function readMany(brand: string, ids: readonly string[]): Promise<ClassifiedMention[]> {
    const items = await table.getMany(ids.map((id) => ({ pk: mentionKey(brand, id), sk: 'M' })));
    return items.flatMap((item) => (item['erased'] === undefined ? [fromItem(item)] : []));
  }

  return {
    async markDeleted(brand, id, noticedAt) {
      for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
        const stored = await table.get(mentionKey(brand, id), 'M', { consistent: true });
        if (stored === undefined || stored['erased'] !== undefined) return 'unknown';
        // Marked before, or read again after the deletion was noticed.
        if (stored['deletedAt'] !== undefined || lastRead(stored) > noticedAt) return 'already';
        const { expression, names, values } = unchanged(stored);
        const marked = await table.update(
          mentionKey(brand, id),
          'M',
          'SET deletedAt = :at, #flags = :flags',
          {
            expression,
            names: { ...names, '#flags': 'flags' },
            values: {
              ...values,
              ':at': noticedAt,
              ':flags': [...whole(stored).flags, DELETED],
            },
          },
        );
        if (marked) return 'deleted';
      }
      throw new Error(
        `mention ${id} of ${brand} was changed by others ${MAX_ATTEMPTS} times in a row`,
      );
    },

    async save(mention, classification) {
      for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
        const fresh = toItem(mention, classification, 1);
        if (await table.put(fresh, { expression: 'attribute_not_exists(PK)' }))
          return { outcome: 'new', days: [mention.bucketDay] };
        const saved = await reconcile(mention, classification);
        if (saved !== undefined) return saved;
      }
      throw new Error(
        `mention ${mention.id} of ${mention.brand} was changed by others ${MAX_ATTEMPTS} times in a row`,
      );
    },

    async ofDay(brand, day, now) {
      const seconds = now.getTime() / 1000;
      const items = await collectItems(
        table.query({ index: 'GSI1', pk: `${brand}#${day}` }),
        (item) => item,
      );
      return items
        .filter((item) => Number(item['ttl']) > seconds)
        .map((item) => toIndexed(item, brand, day));
    },

    readMany,

    async history(brand, id) {
      const items = await collectItems(
        table.query({ pk: mentionKey(brand, id), consistent: true }),
        (item) => item,
      );
      if (items.some((item) => item['erased'] !== undefined)) return 'erased';
      // `M`, the newest, sorts before `V#…`.
      return items.map(fromItem).toSorted((a, b) => b.version - a.version);
    },

    async read(brand, ids) {
      const found = new Map((await readMany(brand, ids)).map((mention) => [mention.id, mention]));
      return ids.flatMap((id) => found.get(id) ?? []);
    },
  };
}

function toItem(mention: Mention, classification: Classification, version: number): Item {
  const { rating, bucketDay, brand, id, kind, population, lang, publishedAt, clamped, ...rest } =
    mention;
  const item: Item = {
    PK: mentionKey(brand, id),
    SK: 'M',
    GSI1PK: `${brand}#${bucketDay}`,
    GSI1SK: `${publishedAt ?? mention.fetchedAt}#${id.slice(0, 8)}`,
    ...rest,
    clamped: clamped || null,
    kind,
    population: population === COMMON_POPULATION ? null : population,
    version,
    rating: rating?.value,
    ratingRaw: rating?.raw,
    ratingScale: rating?.scale,
    sourceLang: lang,
    ...judgedAttributes(classification, mention.text),
  };
  for (const [name, value] of Object.entries(item)) if (isNothing(value)) delete item[name];
  // The date is in the key, where there is one.
  return publishedAt === null ? { ...item, publishedAt } : item;
}

/** Not stored: brand, id and days are in the keys, and every byte less lets more items cost one write unit. */
const isNothing = (value: unknown) =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);

/** An item with what was not stored of it. */
function whole(item: Item) {
  const { verdicts = [], dimensions = [], signals = [], flags = [] } = item;
  const { rating = null, lang = null, publishedAt = dateOf(item) } = item;
  const { population = COMMON_POPULATION } = item;
  return {
    ...item,
    verdicts: verdicts as string[],
    dimensions: dimensions as string[],
    signals: signals as string[],
    flags: flags as string[],
    rating,
    lang,
    publishedAt,
    population,
  };
}

const COMMON_POPULATION = 'customer';

/** The day that a stored mention is counted on. */
export function bucketDayOf({ bucketDay, GSI1PK }: Item): string {
  return String(bucketDay ?? String(GSI1PK).split('#').at(-1));
}

const dateOf = ({ GSI1SK }: Item) => String(GSI1SK).split('#')[0];

/** What an item holds of the conclusions about it. */
export function judgedAttributes(classification: Classification, text: string) {
  const { cv, lang, sentiment, verdicts, dimensions, signals, flags } = classification;
  const judged = {
    lang,
    cv,
    sentiment: sentiment.label,
    verdicts: verdicts.map(toCompact),
    dimensions: [...new Set(dimensions.map(({ dimension }) => dimension))],
    signals: [...new Set(signals.map(({ signal }) => signal))],
  };
  // Spans and reasons: read with the text, never by the index.
  return { ...judged, flags, evidence: packEvidence(classification, judged, text) };
}

function frozenVersion(stored: Item, version: number): Item {
  const { GSI1PK: _pk, GSI1SK: _sk, GSI2PK: _pk2, GSI2SK: _sk2, ...rest } = stored;
  const { publishedAt } = whole(stored);
  const item = { ...rest, publishedAt, bucketDay: bucketDayOf(stored) };
  return { ...item, SK: versionKey(version) };
}

const versionKey = (version: number) => `V#${String(version).padStart(6, '0')}`;

function fromItem(stored: Item): ClassifiedMention {
  const item: Item & ReturnType<typeof whole> = whole(stored);
  const key = /^M#([^#]+)#(.+)$/.exec(String(item['PK']));
  const scale = item['ratingScale'];
  const mention = {
    id: key?.[2],
    identity: item['identity'],
    brand: key?.[1],
    source: item['source'],
    kind: item['kind'],
    population: item.population,
    url: item['url'] ?? null,
    title: item['title'] ?? null,
    text: String(item['text']),
    rating: scale === undefined ? null : { value: item['rating'], raw: item['ratingRaw'], scale },
    lang: item['sourceLang'] ?? null,
    publishedAt: item.publishedAt,
    fetchedAt: item['fetchedAt'],
    bucketDay: bucketDayOf(item),
    clamped: item['clamped'] ?? false,
    contentHash: item['contentHash'],
    authorHash: item['authorHash'] ?? null,
    sketch: item['sketch'],
    ttl: item['ttl'],
  };
  return parse(
    ClassifiedMention,
    {
      ...mention,
      version: item['version'],
      deletedAt: item['deletedAt'],
      classification: unpackEvidence(item['evidence'], item as unknown as Judged, mention.text),
    },
    `stored mention ${key?.[2]}`,
  );
}

function toIndexed(entry: Item, brand: string, bucketDay: string): IndexedMention {
  const item: Item & ReturnType<typeof whole> = whole(entry);
  const id = String(item['PK']).slice(mentionKey(brand, '').length);
  return parse(
    IndexedMention,
    {
      ...item,
      id,
      brand,
      bucketDay,
      at: dateOf(item),
      authorHash: item['authorHash'] ?? null,
      verdicts: item.verdicts.map(fromCompact),
    },
    `index entry of mention ${id}`,
  );
}
