import { createReadStream, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { dayIn } from '../../src/mentions/day.ts';
import { readTime, UnreadableTime } from '../../src/query/time.ts';
import type { Rollup } from '../../src/rollups/rollup.ts';
import {
  type BacktestIncident,
  BacktestRow,
  type BacktestTotals,
  backtestRollups,
} from '../../src/trends/backtest.ts';
import { UsageError, type World } from '../command.ts';
import type { BacktestFlags } from '../commands/backtest.ts';
import { brandNamed, readerOf, withSession } from './session.ts';

/** Before this day nothing was stored. */
const BEGINNING = '2000-01-01';

/** Replays rows of a file, or the stored counts, through the checks of every day. */
export async function backtestCommand(flags: BacktestFlags, world: World): Promise<void> {
  if (flags.rollups !== undefined) {
    await print(rowsOfFile(flags.rollups, world), flags, world);
    return;
  }
  await withSession(flags, world, async (session) => {
    const brand = brandNamed(session.settings, flags);
    const reader = readerOf(session, brand);
    const from =
      flags.since === undefined ? BEGINNING : firstDay(flags.since, reader.timeZone, session.now);
    const to = dayIn(reader.timeZone, session.now);
    const rollups = await session.stores.rollups.between(brand.id, from, to);
    await print(rowsOfRollups(rollups), flags, world);
  });
}

function firstDay(typed: string, timeZone: string, now: Date): string {
  try {
    return dayIn(timeZone, readTime(typed, timeZone, now).start);
  } catch (error) {
    if (error instanceof UnreadableTime) throw new UsageError(error.message);
    throw error;
  }
}

async function print(
  rows: AsyncIterable<BacktestRow> | Iterable<BacktestRow>,
  { setting, json = false }: BacktestFlags,
  { print: out }: World,
): Promise<void> {
  for await (const line of backtestRollups(rows, { sensitivity: setting }))
    if (json) out(JSON.stringify(line));
    else out('totals' in line ? totalsInWords(line) : incidentInWords(line));
}

async function* rowsOfFile(file: string, { cwd }: World): AsyncGenerator<BacktestRow> {
  const path = resolve(cwd, file);
  if (!existsSync(path)) throw new UsageError(`${file} is not there. Name a file of JSON lines.`);
  const lines = createInterface({
    input: createReadStream(path),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    yield rowOf(line, `${file}:${number}`);
  }
}

function rowOf(line: string, place: string): BacktestRow {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new UsageError(`${place}  is not one JSON object`);
  }
  const row = BacktestRow.safeParse(value);
  if (row.success) return row.data;
  const rules = row.error.issues.map(({ path, message }) => `${path.join('.')}  ${message}`.trim());
  throw new UsageError(`${place}  ${rules.join('; ')}`);
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
  const { openedOn, series, observed, window, expected, chance, recoveredOn, closedBecause } =
    incident;
  const days = window === 1 ? '1 day' : `${window} days`;
  const odds =
    chance < 1 / 10_000 ? '1 in 10,000 or rarer' : `about 1 in ${Math.floor(1 / chance)}`;
  const end =
    recoveredOn === null ? (closedBecause ?? 'open at the end') : `recovered ${recoveredOn}`;
  const worse = incident.worseOn.length === 0 ? '' : `, worse on ${incident.worseOn.join(', ')}`;
  return `${openedOn}  ${series}  ${observed} in ${days} where ${expected.toFixed(1)} are usual (${odds})${worse}; ${end}`;
}

function totalsInWords({ totals }: BacktestTotals): string {
  const { incidents, days, brandYears, incidentsPerBrandYear } = totals;
  const count = incidents === 1 ? '1 incident' : `${incidents} incidents`;
  const rate = brandYears < 0.25 ? '' : `, ${incidentsPerBrandYear.toFixed(2)} a brand and year`;
  return `${count} in ${days} daily checks${rate}`;
}
