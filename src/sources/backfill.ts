import type { Brand } from '../brands/brand.ts';
import type { PolledSource } from '../brands/source-settings.ts';
import type { Mention } from '../mentions/mention.ts';
import type { MentionQueue } from '../ports.ts';
import type { CollectDeps } from './collect.ts';
import type { SourceAnswer } from './source-answer.ts';
import type { SourceProblem } from './source-state.ts';

/** Mentions that are handed to the queue at a time. */
const BATCH = 500;

export type BackfillReport = {
  readonly source: string;
  /** Entries that the source listed. */
  readonly items: number;
  /** Mentions since the wanted day, queued or what would be. */
  readonly mentions: number;
  /** Mentions of before it, left out. */
  readonly before: number;
  /** Publish time of the oldest entry, ISO: the source was read back to there. */
  readonly oldest: string | null;
  /** Items that are no mentions, by reason. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Why it could not be read, or not whole; null where it could. */
  readonly problem: SourceProblem | null;
};

export type BackfillDeps = {
  readonly read: (source: PolledSource, backTo: Date) => Promise<SourceAnswer>;
  readonly normalise: CollectDeps['normalise'];
  /** Undefined in a dry run, which sends nothing. */
  readonly queue: Pick<MentionQueue, 'send'> | undefined;
};

/**
 * Reads a source once from now back to `since` and queues what it has, on the way that every poll
 * takes: what is stored already is refused as a duplicate, what is new counts on the day it was
 * published. A check only looks at days that have just closed, so old mentions raise no alarm; they
 * become part of what is usual.
 *
 * The state of the source is left alone: its polls go on as before.
 *
 * @throws where the queue fails; running it again is safe
 */
export async function backfill(
  { brand, source }: { readonly brand: Brand; readonly source: PolledSource },
  { since, now }: { readonly since: Date; readonly now: Date },
  { read, normalise, queue }: BackfillDeps,
): Promise<BackfillReport> {
  const answer = await read(source, since);
  const report = {
    source: source.id,
    items: 0,
    mentions: 0,
    before: 0,
    oldest: null,
    rejected: {},
  };
  // No validators were sent, so "unchanged" is no answer; there is nothing new in it either way.
  if (answer.status === 'not-modified') return { ...report, problem: null };
  if (answer.status === 'failed') {
    const { code, message, remedy } = answer;
    return { ...report, problem: { code, message, remedy } };
  }
  const wanted = new Map<string, Mention>();
  const rejected: Record<string, number> = {};
  let before = 0;
  for (const item of answer.items) {
    const result = normalise(item, brand, source, now);
    if ('rejected' in result) rejected[result.rejected] = (rejected[result.rejected] ?? 0) + 1;
    else if (Date.parse(result.mention.publishedAt ?? '') < since.getTime()) before += 1;
    else if (!wanted.has(result.mention.id)) wanted.set(result.mention.id, result.mention);
  }
  const mentions = [...wanted.values()];
  for (let from = 0; from < mentions.length; from += BATCH)
    await queue?.send(mentions.slice(from, from + BATCH));
  return {
    source: source.id,
    items: answer.items.length,
    mentions: mentions.length,
    before,
    oldest:
      answer.items
        .flatMap(({ publishedAt }) => publishedAt ?? [])
        // A date to come is a mistake of the feed and says nothing about how far it reaches.
        .filter((date) => date <= now.toISOString())
        .toSorted()[0] ?? null,
    rejected,
    problem: answer.partial ?? null,
  };
}
