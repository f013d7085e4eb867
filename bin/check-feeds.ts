import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import type { FeedItem } from '../src/mentions/feed-item.ts';
import { htmlToText } from '../src/mentions/html-to-text.ts';
import type { FeedReading } from '../src/sources/feed/feed.ts';

/** Milliseconds after which a file counts as slow, and as one that never ends. */
const SLOW_MS = 1000;
const UNSETTLED_MS = 10_000;
/** Where the files are pretended to be: relative links are compared as addresses there. */
const BASE = 'https://feeds.example/folder/feed.xml';

const ExpectedEntry = z.object({
  title: z.string().nullish(),
  link: z.string().nullish(),
  date: z.string().nullish(),
});
const ExpectedFile = z.object({
  file: z.string(),
  contentType: z.string().nullish(),
  headers: z.record(z.string(), z.string()).default({}),
  entries: z.int().min(0),
  entry: z.array(ExpectedEntry).default([]),
});
type ExpectedFile = z.infer<typeof ExpectedFile>;

type Answer = {
  readonly reading?: FeedReading;
  readonly error?: string;
  readonly ms: number;
  readonly bytes: number;
};

/** Right and asked for. */
type Share = { right: number; of: number };

const USAGE = `check:feeds -- --corpus DIR [--verbose]

Reads every feed named in DIR/expected.jsonl with promisewatch's own reader and compares what it
finds with what the file says is in it. A line of expected.jsonl:
  {"file":"news/one.xml","headers":{},"entries":1,"entry":[{"title":"…","link":"…","date":"…"}]}
"file" is relative to DIR or DIR/tests. The last line printed is one JSON object.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { corpus: { type: 'string' }, verbose: { type: 'boolean', default: false } },
  });
  const corpus = values.corpus;
  if (corpus === undefined) return refuse(USAGE);
  const list = path.join(corpus, 'expected.jsonl');
  if (!existsSync(list)) return refuse(`There is no ${list}. Give a folder that holds one.`);
  const reader = killableReader();
  const tally = newTally();
  for (const expected of expectedFiles(list)) {
    const file = [path.join(corpus, expected.file), path.join(corpus, 'tests', expected.file)].find(
      (each) => existsSync(each),
    );
    if (file === undefined) return refuse(`${expected.file} is not in ${corpus} nor in its tests.`);
    const answer = await reader.read(file, contentTypeOf(expected));
    const notes = count(tally, expected, answer);
    if (values.verbose) for (const note of notes) console.log(`${expected.file}: ${note}`);
  }
  await reader.close();
  console.log(JSON.stringify(summary(tally)));
  return 0;
}

function refuse(message: string): number {
  console.error(message);
  return 2;
}

function expectedFiles(list: string): ExpectedFile[] {
  return readFileSync(list, 'utf8')
    .split('\n')
    .map((line, at) => ({ line, at: at + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, at }) => {
      try {
        return ExpectedFile.parse(JSON.parse(line));
      } catch {
        throw new Error(`${list}:${at} is not as the usage says.\n\n${USAGE}`);
      }
    });
}

function contentTypeOf({ headers, contentType }: ExpectedFile): string | null {
  const header = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type');
  return header?.[1] ?? contentType ?? null;
}

/** A reader in its own thread; a file that does not come to an end costs that thread, not the run. */
function killableReader() {
  let worker: Worker | undefined;
  const start = () => new Worker(new URL('./check-feeds-worker.ts', import.meta.url));
  return {
    async read(file: string, contentType: string | null): Promise<Answer | 'unsettled'> {
      worker ??= start();
      const current = worker;
      current.postMessage({ path: file, contentType, base: BASE });
      const late = new AbortController();
      const { signal } = late;
      const answer = await Promise.race([
        once(current, 'message', { signal }).then(
          ([message]): Answer => message,
          (error): Answer => {
            // A file that cannot be opened, or that took all memory, costs the thread as well.
            worker = undefined;
            return { error: String(error), ms: 0, bytes: 0 };
          },
        ),
        setTimeout(UNSETTLED_MS, 'unsettled' as const, { signal }),
      ]);
      late.abort();
      if (answer === 'unsettled') {
        await current.terminate();
        worker = undefined;
      }
      return answer;
    },
    async close(): Promise<void> {
      await worker?.terminate();
    },
  };
}

type Tally = ReturnType<typeof newTally>;

function newTally() {
  const share = (): Share => ({ right: 0, of: 0 });
  return {
    files: 0,
    right: 0,
    folders: new Map<string, Share>(),
    titles: share(),
    links: share(),
    dates: share(),
    threw: 0,
    slow: 0,
    unsettled: 0,
    items: 0,
    bytes: 0,
    ms: 0,
  };
}

function count(tally: Tally, expected: ExpectedFile, answer: Answer | 'unsettled'): string[] {
  tally.files += 1;
  const name = expected.file.includes('/') ? (expected.file.split('/')[0] ?? '') : '.';
  const folder = tally.folders.get(name) ?? { right: 0, of: 0 };
  tally.folders.set(name, folder);
  folder.of += 1;
  if (answer === 'unsettled') {
    tally.unsettled += 1;
    return ['did not come to an end'];
  }
  tally.bytes += answer.bytes;
  tally.ms += answer.ms;
  if (answer.ms > SLOW_MS) tally.slow += 1;
  const { reading } = answer;
  if (reading?.status !== 'ok') tally.threw += 1;
  const items = reading?.status === 'ok' ? reading.feed.items : [];
  tally.items += items.length;
  // A failure is no right answer, even where nothing was expected.
  const right = reading?.status === 'ok' && items.length === expected.entries;
  if (right) {
    tally.right += 1;
    folder.right += 1;
  }
  const found =
    reading?.status === 'ok' ? `${items.length} entries` : (reading?.code ?? answer.error);
  const notes = right ? [] : [`expected ${expected.entries} entries, found ${found}`];
  return [...notes, ...expected.entry.flatMap((entry, at) => countEntry(tally, entry, items[at]))];
}

function countEntry(
  tally: Tally,
  entry: z.infer<typeof ExpectedEntry>,
  item: FeedItem | undefined,
): string[] {
  const notes: string[] = [];
  const compare = (share: Share, what: string, expected: string, found: string | null): void => {
    share.of += 1;
    if (expected === found) share.right += 1;
    else notes.push(`${what} ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`);
  };
  if (entry.title) compare(tally.titles, 'title', oneLine(entry.title), oneLine(item?.title ?? ''));
  if (entry.link)
    compare(
      tally.links,
      'link',
      URL.parse(entry.link, BASE)?.href ?? entry.link,
      item?.link ?? null,
    );
  if (entry.date) {
    // The corpus knows whole seconds.
    const date = item?.publishedAt?.replace(/\.\d+Z$/, '.000Z') ?? null;
    compare(tally.dates, 'date', new Date(entry.date).toISOString(), date);
  }
  return notes;
}

/** Titles are compared by the text that a reader sees. */
function oneLine(title: string): string {
  return htmlToText(title).replaceAll('\n', ' ');
}

function summary(tally: Tally) {
  const share = ({ right, of }: Share) => (of === 0 ? 1 : Number((right / of).toFixed(4)));
  const seconds = Math.max(tally.ms / 1000, 0.001);
  return {
    files: tally.files,
    right: tally.right,
    share: share({ right: tally.right, of: tally.files }),
    rightByFolder: Object.fromEntries(
      [...tally.folders].map(([name, { right, of }]) => [name, { right, of }]),
    ),
    titles: share(tally.titles),
    links: share(tally.links),
    dates: share(tally.dates),
    threw: tally.threw,
    slow: tally.slow,
    unsettled: tally.unsettled,
    mbPerSecond: Number((tally.bytes / 1e6 / seconds).toFixed(2)),
    itemsPerSecond: Math.round(tally.items / seconds),
  };
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = refuse(error instanceof Error ? error.message : String(error));
}
