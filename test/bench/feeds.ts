import { readFeed } from '../../src/sources/feed/read-feed.ts';
import { attackTarget } from '../sources/feed/attack-target.ts';
import { ATTACKS } from '../sources/feed/attacks.ts';
import { type BenchRow, handOver } from './rows.ts';

const WORDS =
  'the order came late and nobody at the counter knew why but the second visit was quick friendly and cheap so we stayed until they asked for a fee that was not on the page'.split(
    ' ',
  );
const FEEDS = 60;
const ITEMS = 30;
const WARM_ROUNDS = 2;
const ROUNDS = 7;

/** The same numbers on every machine. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function sentence(next: () => number, words: number): string {
  return Array.from({ length: words }, () => WORDS[Math.floor(next() * WORDS.length)]).join(' ');
}

/** Feeds of real size, about 110 KB each: RSS with bodies in CDATA or escaped, and Atom. */
export function generatedFeeds(): string[] {
  return Array.from({ length: FEEDS }, (_, feed) => {
    const next = numbers(feed + 1);
    const items = Array.from({ length: ITEMS }, (__, at) => generatedItem(next, feed, at));
    return feed % 3 === 2
      ? `<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Feed ${feed}</title><id>urn:${feed}</id><updated>2026-10-01T00:00:00Z</updated>${items.join('')}</feed>`
      : `<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Feed ${feed}</title><link>https://news.example/</link>${items.join('')}</channel></rss>`;
  });
}

function generatedItem(next: () => number, feed: number, at: number): string {
  const paragraphs = Array.from(
    { length: 8 },
    () =>
      `<p class="text">${sentence(next, 60)} <a href="https://news.example/?a=1&amp;b=2">${sentence(next, 4)}</a> &amp; <b>${sentence(next, 3)}</b>.</p>`,
  ).join('\n');
  const link = `https://news.example/${feed}/${at}?page=1&amp;from=feed`;
  const escaped = paragraphs
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
  if (feed % 3 === 2) {
    return `<entry><id>tag:news.example,2026:${feed}-${at}</id><title>${sentence(next, 9)}</title><link rel="alternate" href="${link}"/><published>2026-10-0${(at % 9) + 1}T08:00:00Z</published><updated>2026-10-10T08:00:00Z</updated><author><name>Writer ${at}</name></author><content type="html">${escaped}</content></entry>`;
  }
  const body = feed % 3 === 0 ? `<![CDATA[${paragraphs}]]>` : escaped;
  return `<item><guid isPermaLink="false">${feed}-${at}</guid><title>${sentence(next, 9)}</title><link>${link}</link><dc:creator>Writer ${at}</dc:creator><pubDate>Thu, 0${(at % 9) + 1} Oct 2026 08:00:00 GMT</pubDate><category>service</category><description>${sentence(next, 30)}</description><content:encoded>${body}</content:encoded></item>`;
}

/** How many items it finds. */
type Read = (xml: string, bytes: Uint8Array) => Promise<number> | number;

const own: Read = async (_, bytes) => {
  const reading = await readFeed(bytes, { contentType: null, url: 'https://news.example/feed' });
  return reading.status === 'ok' ? reading.feed.items.length : 0;
};

/** Loaded when it is their turn: one that is not installed is told and left out. */
const PEERS: Readonly<Record<string, () => Promise<Read>>> = {
  'rss-parser': async () => {
    const { default: Parser } = await import('rss-parser');
    return async (xml) => (await new Parser().parseString(xml)).items.length;
  },
  feedsmith: async () => {
    const { parseFeed } = await import('feedsmith');
    return (xml) => {
      const { format, feed } = parseFeed(xml);
      if (format === 'atom') return feed.entries?.length ?? 0;
      return feed.items?.length ?? 0;
    };
  },
  '@extractus/feed-extractor': async () => {
    const { extractFromXml } = await import('@extractus/feed-extractor');
    return (xml) => extractFromXml(xml).entries?.length ?? 0;
  },
};

interface Reader {
  readonly name: string;
  readonly read: Read;
  readonly seconds: number[];
  items: number;
  /** Why it does not run here. */
  reason?: string;
}

async function openReaders(): Promise<Reader[]> {
  const readers: Reader[] = [{ name: 'promisewatch', read: own, seconds: [], items: 0 }];
  for (const [name, open] of Object.entries(PEERS)) {
    const reader: Reader = { name, read: () => 0, seconds: [], items: 0 };
    readers.push(
      await open().then(
        (read) => ({ ...reader, read }),
        (error: unknown) => ({ ...reader, reason: String(error).split('\n')[0] ?? '' }),
      ),
    );
  }
  return readers;
}

/** One pass of one reader over all feeds; a peer that breaks stays out from then on. */
async function pass(
  reader: Reader,
  feeds: readonly { readonly xml: string; readonly bytes: Uint8Array }[],
  counts: boolean,
): Promise<void> {
  if (reader.reason !== undefined) return;
  const started = performance.now();
  let items = 0;
  try {
    for (const { xml, bytes } of feeds) items += await reader.read(xml, bytes);
  } catch (error) {
    if (reader.read === own) throw error;
    reader.reason = String(error).split('\n')[0] ?? '';
    return;
  }
  if (counts) reader.seconds.push((performance.now() - started) / 1000);
  reader.items = items;
}

/**
 * Prints how fast feeds of real size are read, beside other readers in the same run, and how long
 * each attack of at most 1 MB takes from its bytes to mentions, in a thread with 256 MB.
 */
export async function benchFeeds(print: (line: string) => void): Promise<BenchRow[]> {
  const feeds = generatedFeeds().map((xml) => ({ xml, bytes: Buffer.from(xml) }));
  const megabytes = feeds.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6;
  print(
    `${FEEDS} generated feeds, ${megabytes.toFixed(1)} MB, ${FEEDS * ITEMS} items, median of ${ROUNDS}`,
  );
  print('reader                       MB/s   items/s   items found');
  const readers = await openReaders();
  for (let round = 0; round < WARM_ROUNDS + ROUNDS; round += 1)
    // All readers in each round, so that whatever else this machine does hits them alike.
    for (const reader of readers) await pass(reader, feeds, round >= WARM_ROUNDS);
  const rates = readers.map(({ name, seconds, items, reason }) => {
    if (reason !== undefined) {
      print(`${name} cannot be run here: ${reason}`);
      return { name, value: null, reason };
    }
    const median = seconds.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
    const rate = (megabytes / median).toFixed(1).padStart(6);
    print(
      `${name.padEnd(26)} ${rate}  ${String(Math.round(items / median)).padStart(8)}   ${items}`,
    );
    return { name, value: megabytes / median };
  });
  const [mine, ...peers] = rates;
  return [
    { what: 'reading feeds of 110 KB', value: mine?.value ?? null, unit: 'MB/s', peers },
    ...(await benchAttacks(print)),
  ];
}

/** The most CPU time that an attack took, and how many have none, because they were ended from outside. */
async function benchAttacks(print: (line: string) => void): Promise<BenchRow[]> {
  const times: number[] = [];
  print('');
  print(
    `${ATTACKS.length} attacks of at most 1 MB, each in a fresh thread (cold)     ms   of it CPU   outcome`,
  );
  for (const { name } of ATTACKS) {
    const target = attackTarget();
    const result = await target.attack(name, 30_000);
    await target.end();
    const ms = 'ms' in result ? result.ms.toFixed(0) : '-';
    const cpu = 'ms' in result ? result.cpuMs.toFixed(0) : '-';
    if ('ms' in result) times.push(result.cpuMs);
    print(`${name.padEnd(60)} ${ms.padStart(6)} ${cpu.padStart(11)}   ${result.outcome}`);
  }
  return [
    {
      what: `longest of ${times.length} attacks, CPU`,
      value: times.length === 0 ? null : Math.max(...times),
      unit: 'ms',
    },
    {
      what: `attacks of ${ATTACKS.length} that were ended from outside and have no time`,
      value: ATTACKS.length - times.length,
      unit: '',
    },
  ];
}

if (import.meta.main) handOver(await benchFeeds(console.log));
