import * as z from 'zod';
import { Deletion, isDeletion } from '../mentions/deletion.ts';
import { Mention, MentionsMessage } from '../mentions/mention.ts';
import { parse, parseJson } from '../parse.ts';
import type {
  MarkOutcome,
  MentionQueue,
  MentionStore,
  RollupStore,
  SaveOutcome,
} from '../ports.ts';
import type { Classification } from './classification.ts';
import type { Judged } from './paid/paid-judge.ts';

export interface JudgeReport {
  readonly outcomes: Readonly<Record<SaveOutcome | MarkOutcome, number>>;
  /** Mentions of this message that go round again, each in a message of its own. */
  readonly split: number;
}

export interface JudgeDeps {
  readonly store: MentionStore;
  /** Asked for all marks of a message at once. */
  readonly rollups: Pick<RollupStore, 'markDirty'>;
  readonly queue: MentionQueue;
  readonly classify: (mention: Mention) => Classification;
  /** Asks a paid backend where one is configured; in order, and whatever happens an answer. */
  readonly ask?: (judged: readonly Judged[]) => Promise<Classification[]>;
  readonly onFailure: (error: unknown, mention: { id: string; brand: string }) => void;
}

/**
 * Classifies and stores the mentions of one queue message, then marks their days for a recount.
 *
 * The marks come after the writes: a recount between the two would miss the mention and nobody would
 * look again. A message whose attempt before died between them marks again, because duplicates do, too.
 *
 * The first failure of a message is retried whole, since most failures pass. From the second on, the
 * mentions that failed are queued one by one, so that a poison mention ends in the dead-letter queue alone.
 *
 * @param receiveCount how often the queue has delivered this message, from 1
 * @throws when the message must be delivered again
 */
export async function judge(
  body: string,
  receiveCount: number,
  now: Date,
  deps: JudgeDeps,
): Promise<JudgeReport> {
  const { mentions } = parseJson(MentionsMessage, body, 'message of the mentions queue');
  const outcomes: Record<SaveOutcome | MarkOutcome, number> = {
    new: 0,
    'new-version': 0,
    duplicate: 0,
    stale: 0,
    erased: 0,
    deleted: 0,
    unknown: 0,
    already: 0,
  };
  const judged: (Judged & { readonly raw: unknown })[] = [];
  const failed: { mention: unknown; error: unknown }[] = [];
  const days = new Map<string, { brand: string; day: string }>();

  for (const raw of mentions) {
    try {
      if (isDeletion(raw)) {
        const { brand, id, noticedAt } = parse(Deletion, raw, `deletion of ${name(raw).id}`);
        outcomes[await deps.store.markDeleted(brand, id, noticedAt)]++;
        continue;
      }
      const mention = parse(Mention, raw, `mention ${name(raw).id}`);
      judged.push({ mention, classification: deps.classify(mention), raw });
    } catch (error) {
      deps.onFailure(error, name(raw));
      failed.push({ mention: raw, error });
    }
  }
  const asked = deps.ask === undefined ? judged : await withAnswers(judged, deps.ask);
  for (const { mention, classification, raw } of asked) {
    try {
      const saved = await deps.store.save(mention, classification);
      outcomes[saved.outcome]++;
      for (const day of saved.days)
        days.set(`${mention.brand}#${day}`, { brand: mention.brand, day });
    } catch (error) {
      deps.onFailure(error, name(raw));
      failed.push({ mention: raw, error });
    }
  }
  await Promise.all(
    [...days.values()].map(({ brand, day }) => deps.rollups.markDirty(brand, day, now)),
  );

  if (failed.length === 0) return { outcomes, split: 0 };
  if (mentions.length === 1 || receiveCount < 2)
    throw new Error(`${failed.length} of ${mentions.length} mentions failed`, {
      cause: failed[0]?.error,
    });
  await deps.queue.sendEach(failed.map(({ mention }) => mention));
  return { outcomes, split: failed.length };
}

async function withAnswers<T extends Judged>(
  judged: readonly T[],
  ask: NonNullable<JudgeDeps['ask']>,
): Promise<readonly T[]> {
  const answers = await ask(judged);
  return judged.map((one, i) => ({ ...one, classification: answers[i] ?? one.classification }));
}

const Named = z.object({ id: z.string().max(64), brand: z.string().max(64) });

function name(raw: unknown): { id: string; brand: string } {
  const named = Named.safeParse(raw);
  return named.success ? named.data : { id: 'without id', brand: 'unknown' };
}
