import { createReadStream, existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { dayIn } from '../../src/mentions/day.ts';
import { readTime, UnreadableTime } from '../../src/query/time.ts';
import type { Rollup } from '../../src/rollups/rollup.ts';
import {
  type BacktestIncident,
  type BacktestRow,
  type BacktestTotals,
  backtestRollups,
  ROW_FIELDS,
  readBacktestRow,
} from '../../src/trends/backtest.ts';
import { dayNumber } from '../../src/trends/day.ts';
import { oddsInWords } from '../../src/trends/series.ts';
import { UsageError, type World } from '../command.ts';
import type { BacktestFlags } from '../commands/backtest.ts';
import { brandNamed, readerOf, withSession } from './session.ts';

/** Before this day nothing was stored. */
const BEGINNING = '2000-01-01';
/** Wrong rows that are named before the rest is only counted. */
const NAMED_ROWS = 10;

/** Replays rows of a file, or the stored counts, through the checks of every day. */
export async function backtestCounts(flags: BacktestFlags, world: World): Promise<void> {
  if (flags.import !== undefined || flags.open === true)
    throw new UsageError(
      'counts have no mails: leave out --rollups and --counts, or --import and --open',
    );
  if (flags.rollups !== undefined) {
    if (flags.since !== undefined)
      throw new UsageError('--since is for stored data: leave older rows out of the file instead');
    const sensitivity = flags.setting ?? 'normal';
    await print(rowsOfFile(flags.rollups, world), flags, { sensitivity }, world);
    return;
  }
  await withSession(flags, world, async (session) => {
    const brand = brandNamed(session.settings, flags);
    const reader = readerOf(session, brand);
    const from =
      flags.since === undefined ? BEGINNING : firstDay(flags.since, reader.timeZone, session.now);
    const to = dayIn(reader.timeZone, session.now);
    const rollups = await session.stores.rollups.between(brand.id, from, to);
    const since = new Map(
      brand.promises.flatMap(({ id, from }) =>
        from === undefined ? [] : [[id, dayNumber(from)] as const],
      ),
    );
    const sensitivity = flags.setting ?? brand.sensitivity;
    await print(rowsOfRollups(rollups), flags, { sensitivity, since }, world);
  });
}

/** The day that --since names. @throws {UsageError} */
export function firstDay(typed: string, timeZone: string, now: Date): string {
  try {
    return dayIn(timeZone, readTime(typed, timeZone, now).start);
  } catch (error) {
    if (error instanceof UnreadableTime) throw new UsageError(`--since: ${error.message}`);
    throw error;
  }
}

async function print(
  rows: AsyncIterable<BacktestRow> | Iterable<BacktestRow>,
  { json = false }: BacktestFlags,
  settings: Parameters<typeof backtestRollups>[1],
  { print: out }: World,
): Promise<void> {
  for await (const line of backtestRollups(rows, settings))
    if (json) out(JSON.stringify(line));
    else out('totals' in line ? totalsInWords(line) : incidentInWords(line));
}

/** All rows of the file. @throws {UsageError} after the last one, when some were wrong */
async function* rowsOfFile(file: string, { cwd, complain }: World): AsyncGenerator<BacktestRow> {
  const path = file === '-' ? '/dev/stdin' : resolve(cwd, file);
  if (!existsSync(path) || statSync(path).isDirectory())
    throw new UsageError(`${file} is not there. Name a file of JSON lines, or - for stdin.`);
  const lines = createInterface({
    input: createReadStream(path),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  const mistakes = mistakesOf(file, complain);
  let number = 0;
  let rows = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    rows++;
    // Some programs begin a file with a byte order mark.
    const read = readBacktestRow(number === 1 ? line.replace(/^\uFEFF/, '') : line);
    if ('wrong' in read) mistakes.wrong(number, read.wrong);
    else {
      if (read.ignored.length > 0) mistakes.ignored(number, read.ignored);
      yield read.row;
    }
  }
  mistakes.end(rows);
}

/** Says what is wrong with which line, and at the end refuses. */
function mistakesOf(file: string, complain: World['complain']) {
  const unread = new Set<string>();
  let wrong = 0;
  return {
    wrong(line: number, what: string): void {
      wrong++;
      if (wrong <= NAMED_ROWS) complain(`${file}:${line}  ${what}`);
    },
    /** Each name once. */
    ignored(line: number, names: readonly string[]): void {
      for (const name of names.filter((one) => !unread.has(one))) {
        unread.add(name);
        complain(`${file}:${line}  "${name.slice(0, 40)}" is not read: ${ROW_FIELDS}`);
      }
    },
    end(rows: number): void {
      const named = wrong > NAMED_ROWS ? `, the first ${NAMED_ROWS} are named` : '';
      if (wrong > 0)
        throw new UsageError(
          `${file}: ${wrong} of ${rows} rows are wrong${named}. Mend them or leave them out: nothing was replayed.`,
        );
      if (rows === 0) throw new UsageError(`${file} has no rows: ${ROW_FIELDS}`);
    },
  };
}

/** The newest classifier version of each day: two versions are never compared. */
function* rowsOfRollups(rollups: readonly Rollup[]): Generator<BacktestRow> {
  const newest = rollups.at(-1)?.cv;
  for (const { brand, day, cv, sources } of rollups) {
    if (cv !== newest) continue;
    for (const [source, { mentions, negative, promises }] of Object.entries(sources)) {
      yield { brand, source, day, mentions, negative };
      for (const [promise, { broken }] of Object.entries(promises))
        yield { brand, source, promise, day, mentions, negative: broken };
    }
  }
}

function incidentInWords(incident: BacktestIncident): string {
  const {
    brand,
    openedOn,
    series,
    observed,
    window,
    expected,
    chance,
    recoveredOn,
    closedBecause,
  } = incident;
  const days = window === 1 ? '1 day' : `${window} days`;
  const end =
    recoveredOn === null ? (closedBecause ?? 'open at the end') : `recovered ${recoveredOn}`;
  const worse = incident.worseOn.length === 0 ? '' : `, worse on ${incident.worseOn.join(', ')}`;
  return `${openedOn}  ${brand}  ${series}  ${observed} in ${days} where ${expected.toFixed(1)} are usual (${oddsInWords(chance)})${worse}; ${end}`;
}

function totalsInWords({ totals }: BacktestTotals): string {
  const { incidents, days, brandYears, incidentsPerBrandYear } = totals;
  const count = incidents === 1 ? '1 incident' : `${incidents} incidents`;
  const rate = brandYears < 0.25 ? '' : `, ${incidentsPerBrandYear.toFixed(2)} a brand and year`;
  return `${count} in ${days} daily checks${rate}`;
}
