import type { FeedItem } from '../mentions/feed-item.ts';
import type { Mention } from '../mentions/mention.ts';
import type { Normalised, Rejection } from '../mentions/normalise.ts';
import type { MentionQueue } from '../ports.ts';
import type { ColumnMap } from './columns.ts';
import type { Imported } from './read-import.ts';

/** Mentions that are handed to the queue at a time. */
const BATCH = 500;

export type ImportReject = { readonly line: number; readonly reason: string };

export type ImportDeps = {
  readonly normalise: (item: FeedItem) => Normalised;
  /** Undefined in a dry run, which sends nothing. */
  readonly queue: Pick<MentionQueue, 'send'> | undefined;
  readonly retentionDays: number;
  readonly onColumns: (columns: ColumnMap) => void;
  readonly onReject: (reject: ImportReject) => void;
  /** Each mention, in the order of the file. */
  readonly onMention: (mention: Mention, line: number) => void;
};

export type ImportSummary = {
  readonly rows: number;
  /** Sent to the queue, or what would be in a dry run. */
  readonly mentions: number;
  readonly rejected: number;
  /** Rows that say the same as an earlier one under the same id. */
  readonly repeated: number;
};

/**
 * Turns the rows of an export into mentions and queues them. What was imported before is recognised
 * by its id when it is stored, so an import that was interrupted can simply be run again.
 *
 * Two rows with one id and other words are no edit but a column that does not identify anything, such
 * as the address of the product: the later one is rejected, or it would replace the earlier.
 */
export async function importMentions(
  rows: AsyncIterable<Imported>,
  deps: ImportDeps,
): Promise<ImportSummary> {
  const seen = new Map<string, { readonly line: number; readonly contentHash: string }>();
  const counts = { rows: 0, mentions: 0, rejected: 0, repeated: 0 };
  let batch: Mention[] = [];
  const flush = async () => {
    if (batch.length > 0) await deps.queue?.send(batch);
    batch = [];
  };
  const reject = (line: number, reason: string) => {
    counts.rejected += 1;
    deps.onReject({ line, reason });
  };
  const take = (item: FeedItem, line: number) => {
    const result = deps.normalise(item);
    if ('rejected' in result) return reject(line, reasonOf(result.rejected, deps.retentionDays));
    const { mention } = result;
    const { id, contentHash } = mention;
    const earlier = seen.get(id);
    if (earlier === undefined) {
      seen.set(id, { line, contentHash });
      counts.mentions += 1;
      batch.push(mention);
      deps.onMention(mention, line);
    } else if (earlier.contentHash === contentHash) counts.repeated += 1;
    else reject(line, sameAs(earlier.line, item));
  };
  for await (const row of rows) {
    if (row.status === 'columns') {
      deps.onColumns(row.columns);
      continue;
    }
    counts.rows += 1;
    if (row.status === 'reject') reject(row.line, row.reason);
    else take(row.item, row.line);
    if (batch.length >= BATCH) await flush();
  }
  await flush();
  return counts;
}

function reasonOf(rejection: Rejection, retentionDays: number): string {
  switch (rejection) {
    case 'no-text':
      return 'has no text';
    case 'deleted':
      return 'says only that something was deleted';
    case 'too-old':
      return `is older than the ${retentionDays} days that mentions are kept (retentionDays)`;
    case 'not-about-brand':
      return 'does not name the brand, which its settings ask for (match: named)';
    default:
      return rejection satisfies never;
  }
}

function sameAs(line: number, { nativeId }: FeedItem): string {
  return nativeId === null
    ? `has the same link as ${line} and other words: name a column of ids, or leave the link out with --map url=-`
    : `has the same id as ${line} and other words: name another column of ids, or none with --map id=-`;
}
