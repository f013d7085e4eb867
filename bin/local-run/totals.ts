import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const Line = z.object({ message: z.object({ event: z.string() }).loose() });

/** What the functions logged, added up. */
export interface Totals {
  /** Mentions that the collector put on the queue: new ones and edits. */
  readonly collected: number;
  readonly stored: number;
  /** Edits of stored mentions. */
  readonly newVersions: number;
  /** Mentions that the table had already. */
  readonly duplicates: number;
  /** Reads of sources, unchanged answers included. */
  readonly reads: number;
  readonly failedReads: number;
}

/** Adds up the functions' own log lines. @param logFolder one file of JSON lines per function */
export function totalsOf(logFolder: string): Totals {
  const lines = readdirSync(logFolder)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(logFolder, name), 'utf8').split('\n'))
    .flatMap(eventOf);
  const judged = lines.filter(({ event }) => event === 'judged');
  const reads = lines.filter(({ event, status }) => event === 'collected' && status !== 'skipped');
  return {
    collected: sum(reads, 'queued'),
    stored: sum(judged, 'new'),
    newVersions: sum(judged, 'new-version'),
    duplicates: sum(judged, 'duplicate'),
    reads: reads.length,
    failedReads: reads.filter(({ status }) => status === 'failed').length,
  };
}

type Fields = Record<string, unknown>;

function eventOf(text: string): Fields[] {
  // Most lines are about something else; parsing them all would take longer than the run's last day.
  if (!/"event":"(collected|judged)"/.test(text)) return [];
  const line = Line.safeParse(JSON.parse(text));
  return line.success ? [line.data.message] : [];
}

function sum(lines: readonly Fields[], field: string): number {
  return lines.reduce((total, line) => {
    const value = line[field];
    return total + (typeof value === 'number' ? value : 0);
  }, 0);
}
