import { type BacktestRow, backtestRollups } from '../../src/trends/backtest.ts';
import { daysRead } from '../../src/trends/check.ts';
import { dayName } from '../../src/trends/day.ts';
import { simulateBrand } from '../../src/trends/evaluation/simulator.ts';
import type { Panel } from '../../src/trends/panel.ts';
import { type BrandRows, replayBrand } from '../../src/trends/replay.ts';
import { WINDOWS } from '../../src/trends/settings.ts';
import { testAll, watched } from '../../src/trends/watch.ts';
import { type BenchRow, handOver } from './rows.ts';

const ROUNDS = 5;
const PANELS = 40;
const YEAR = 365;
const BRANDS = 25;

/**
 * Prints what one series check costs (all windows with every number, and one window of it), and how fast
 * years of rollups are replayed. CPU time of this process, so that a busy machine matters less.
 */
export async function benchTrends(print: (line: string) => void): Promise<BenchRow[]> {
  const panels = panelsOf();
  const series = panels.reduce((sum, panel) => sum + watched(panel, 'normal').length, 0);
  const micros = median(() => {
    for (const panel of panels) testAll(panel, watched(panel, 'normal'));
  });
  const each = (1000 * micros) / series;
  print(`one series, 3 windows    ${each.toFixed(1)} µs   (${series} series of ${PANELS} checks)`);
  print(`one series, one window   ${(each / WINDOWS.length).toFixed(1)} µs   (limit 50, aim 20)`);
  const rows = daysRead({ day: '2026-03-11', incidents: [], outages: [] });
  print(`one check of a brand     ${rows} rollup rows   (limit 64; more after incidents, outages)`);
  const replays = [await benchReplay(0, print), await benchReplay(8, print)];
  return [
    { what: 'one series, one window, CPU', value: each / WINDOWS.length, unit: 'µs', aim: '≤ 50' },
    { what: 'rows that a check of a brand reads', value: rows, unit: 'rollups', aim: '≤ 64' },
    ...replays.map((value, at) => ({
      what: `replay of a year of a brand, ${at === 0 ? 4 : 36} series, CPU`,
      value,
      unit: 'ms',
    })),
  ];
}

function panelsOf(): Panel[] {
  const panels: Panel[] = [];
  const rows = simulateBrand({ seed: ['bench'], perDay: 300, promises: 8, days: 200 });
  replayBrand(rows, {
    brand: 'bench',
    sensitivity: 'normal',
    onDay(panel) {
      if (panel.at < 200 - PANELS) return;
      const { hits, mentions } = panel.history;
      // The replay goes on writing into its columns.
      const history = {
        ...panel.history,
        hits: hits.map((columns) => columns.map((column) => column.slice())),
        mentions: mentions.map((column) => column.slice()),
      };
      panels.push({ ...panel, history });
    },
  });
  return panels;
}

/** @returns milliseconds of CPU a year of a brand */
async function benchReplay(promises: number, print: (line: string) => void): Promise<number> {
  const rows = Array.from({ length: BRANDS }, (_, i) =>
    rowsOf(`brand-${i}`, simulateBrand({ seed: ['bench', i], perDay: 30, promises, days: YEAR })),
  ).flat();
  const started = process.cpuUsage();
  let incidents = 0;
  for await (const line of backtestRollups(rows, { sensitivity: 'normal' })) {
    if ('brand' in line) incidents++;
  }
  const { user, system } = process.cpuUsage(started);
  const millis = (user + system) / 1000 / BRANDS;
  print(
    `replay, ${promises === 0 ? ' 4' : '36'} series a brand  ${millis.toFixed(1)} ms a year of a brand   (${BRANDS} of them: ${rows.length} rows, ${incidents} incidents)`,
  );
  return millis;
}

function rowsOf(brand: string, { data, rows, sources, promises }: BrandRows): BacktestRow[] {
  return Array.from({ length: rows }, (_, r) => {
    const [s = 0, p = 0, day = 0, seen = 0, mentions = 0, negative = 0] = data.slice(
      6 * r,
      6 * r + 6,
    );
    const promise = promises[p - 1];
    return {
      brand,
      source: sources[s] as string,
      ...(promise === undefined ? {} : { promise }),
      day: dayName(day),
      mentions,
      negative,
      seenOn: dayName(seen),
    };
  });
}

/** Milliseconds of CPU, median of several rounds after a warm one. */
function median(work: () => void): number {
  work();
  const times = Array.from({ length: ROUNDS }, () => {
    const started = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1000;
  });
  return times.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] as number;
}

if (import.meta.main) handOver(await benchTrends(console.log));
