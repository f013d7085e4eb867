import { readdirSync, readFileSync, statSync } from 'node:fs';
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
  /** Sources whose last read failed, with the code of what was wrong. */
  readonly failedSources: readonly { readonly source: string; readonly code: string }[];
}

/** Bytes that were logged before, by file: where the lines of this run begin. */
export type LogPosition = ReadonlyMap<string, number>;

const logFiles = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.jsonl'));

/** Where the logs end now. @param logFolder one file of JSON lines per function */
export function endOfLogs(logFolder: string): LogPosition {
  return new Map(logFiles(logFolder).map((name) => [name, statSync(join(logFolder, name)).size]));
}

/**
 * Adds up the functions' own log lines.
 * @param logFolder one file of JSON lines per function
 * @param from nothing before this place counts
 */
export function totalsOf(logFolder: string, from: LogPosition = new Map()): Totals {
  const lines = logFiles(logFolder)
    .flatMap((name) =>
      readFileSync(join(logFolder, name))
        .subarray(from.get(name) ?? 0)
        .toString('utf8')
        .split('\n'),
    )
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
    failedSources: failedLast(reads),
  };
}

function failedLast(reads: readonly Fields[]): Totals['failedSources'] {
  const last = new Map(reads.map((read) => [String(read['source']), read]));
  return [...last].flatMap(([source, { status, code }]) =>
    status === 'failed' ? [{ source, code: String(code) }] : [],
  );
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
