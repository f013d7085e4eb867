import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildCommandLine } from '../../bin/bundle.ts';
import { openForSync } from '../../bin/cache/open.ts';
import { hash128 } from '../../src/mentions/hashes.ts';
import { aFolder, type Folder } from '../commands/folder.ts';
import { aClassification, acme, aMention, aVerdict } from '../fixtures.ts';
import { fillDays } from './fill-table.ts';
import { measurePages, type PageFigures } from './pages.ts';

export interface AnalystFigures {
  readonly mentions: number;
  /** Seconds that the program takes to start: until `mentions --help` has ended. */
  readonly help: number;
  /** Of the example's file. */
  readonly configCheck: number;
  /** `mentions list --since 7d`: as many rows as a terminal gets, a thousand, and all. */
  readonly list: readonly ListFigures[];
  readonly syncFirst: number;
  readonly syncLater: number;
  readonly groupBy: number;
  /** By address. */
  readonly pages: Readonly<Record<string, PageFigures>>;
  readonly copyBytes: number;
}

export interface ListFigures {
  readonly rows: number;
  /** Seconds after the program's start until the first row is on stdout. */
  readonly firstOutput: number;
  /** Seconds, the start of the program included. */
  readonly seconds: number;
}

const PAGES = [
  '/',
  '/promises/fast',
  '/mentions',
  '/mentions?since=all&text=refund',
  '/incidents',
  '/sources',
];
const DAYS = 90;
const NOW = '2026-11-22T20:00:00.000Z';
const ROOT = resolve(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'bin/promisewatch.mjs');

const WORDS =
  'waited answered phone hour minute refund invoice router engineer kind quick slow again never always bill contract price call agent script fee hidden second promised nobody somebody evening morning line broke fixed'.split(
    ' ',
  );

/** Repeatable words, different for every mention. */
function textOf(n: number): string {
  let state = (n * 2_654_435_761) >>> 0;
  return Array.from({ length: 24 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return WORDS[state % WORDS.length];
  }).join(' ');
}

function mentionOf(n: number) {
  const day = new Date(Date.parse(NOW) - (1 + (n % DAYS)) * 86_400_000).toISOString().slice(0, 10);
  const at = `${day}T${String(n % 24).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}:00.000Z`;
  const text = textOf(n);
  return {
    mention: aMention({
      id: hash128(`bench ${n}`),
      identity: `bench ${n}`,
      text,
      url: `https://reviews.example/${n}`,
      source: n % 3 === 0 ? 'acme-forum' : 'acme-reviews',
      publishedAt: at,
      fetchedAt: at,
      bucketDay: day,
      authorHash: hash128(`author ${n % 5000}`),
    }),
    classification: aClassification({
      sentiment: { label: n % 4 === 0 ? 'negative' : 'positive', reasons: [] },
      verdicts:
        n % 5 === 0
          ? [
              aVerdict({
                outcome: n % 2 === 0 ? 'broken' : 'kept',
                quote: text.slice(0, 12),
                start: 0,
                end: 12,
              }),
            ]
          : [],
    }),
  };
}

/** Fills the folder with so many mentions. */
export function fill(folder: Folder, mentions: number): Promise<void> {
  return fillDays(folder, byDay(mentions), new Date(NOW));
}

function* byDay(mentions: number) {
  for (let day = 0; day < Math.min(DAYS, mentions); day++)
    yield Array.from({ length: Math.ceil((mentions - day) / DAYS) }, (_, i) =>
      mentionOf(day + i * DAYS),
    );
}

/**
 * Measures the analysts' tools on a local store: each command as its own process, as a person types it.
 *
 * @param mentions how many to store, over 90 days
 */
export async function measureAnalysts(mentions: number): Promise<AnalystFigures> {
  const folder = await aFolder([acme], NOW);
  const cache = mkdtempSync(join(tmpdir(), 'analysts-cache-'));
  try {
    await fill(folder, mentions);
    await buildCommandLine(ROOT, join(ROOT, 'dist'));
    const cli = (...argv: string[]) => runCommand(argv, cache);
    const fastest = async (...argv: string[]) => (await quickest(cli, argv)).seconds;
    const at = ['--data', folder.path];
    const help = await fastest('mentions', '--help');
    const file = 'examples/northbell/promisewatch.yaml';
    const configCheck = await fastest('config', 'check', '--config', join(ROOT, file));
    const week = ['mentions', 'list', '--since', '7d', '--jsonl', ...at];
    const list: ListFigures[] = [];
    for (const limit of [['--limit', '50'], ['--limit', '1000'], []])
      list.push(listFigures(await quickest(cli, [...week, ...limit]), help));
    const syncFirst = (await cli('sync', ...at)).seconds;
    const syncLater = (await cli('sync', ...at)).seconds;
    const [name = ''] = readdirSync(cache);
    const copy = join(cache, name, 'mentions.sqlite');
    return {
      mentions,
      help,
      configCheck,
      list,
      syncFirst,
      syncLater,
      groupBy: measureGroupBy(copy),
      pages: await measurePages(copy, PAGES, new Date(NOW)),
      copyBytes: statSync(copy).size,
    };
  } finally {
    folder.remove();
    rmSync(cache, { recursive: true, force: true });
  }
}

const TRIES = 5;

/** The quickest of some tries: what the machine does besides only adds. */
async function quickest(
  cli: (...argv: string[]) => Promise<Ran>,
  argv: readonly string[],
): Promise<Ran> {
  let best: Ran | undefined;
  for (let i = 0; i < TRIES; i++) {
    const ran = await cli(...argv);
    if (best === undefined || ran.seconds < best.seconds) best = ran;
  }
  return best as Ran;
}

function listFigures({ rows, firstOutput, seconds }: Ran, start: number): ListFigures {
  return { rows, firstOutput: firstOutput - start, seconds };
}

interface Ran {
  readonly seconds: number;
  /** Seconds until the first byte on stdout, the start of the program included. */
  readonly firstOutput: number;
  readonly rows: number;
}

/** One command in a process of its own. @param cache folder of the local copies */
function runCommand(argv: readonly string[], cache: string): Promise<Ran> {
  return new Promise((done, fail) => {
    const started = performance.now();
    const since = () => (performance.now() - started) / 1000;
    const child = spawn(process.execPath, [MAIN, ...argv], {
      env: { ...process.env, PROMISEWATCH_CACHE: cache },
    });
    let rows = 0;
    let firstOutput: number | undefined;
    let complaint = '';
    child.stdout.on('data', (chunk: Buffer) => {
      firstOutput ??= since();
      for (const byte of chunk) if (byte === 10) rows++;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    child.once('error', fail);
    child.once('close', (code) => {
      const seconds = since();
      if (code === 0) done({ seconds, firstOutput: firstOutput ?? seconds, rows });
      else fail(new Error(`${argv.join(' ')}: ${complaint}`));
    });
  });
}

/** Seconds for one `GROUP BY` over all counted mentions, on a connection that has read nothing yet. */
function measureGroupBy(file: string): number {
  const db = openForSync(file);
  const started = performance.now();
  db.prepare(
    "SELECT source, sentiment, count(*) FROM mentions WHERE counted = 'yes' GROUP BY source, sentiment",
  ).all();
  const seconds = (performance.now() - started) / 1000;
  db.close();
  return seconds;
}

if (import.meta.main) {
  const mentions = Number(process.argv[2] ?? 100_000);
  console.log(JSON.stringify(await measureAnalysts(mentions), null, 2));
}
