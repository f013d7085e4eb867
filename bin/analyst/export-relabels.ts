import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ClassifiedMention } from '../../src/classification/classified-mention.ts';
import type { BrandReader } from '../../src/query/reader.ts';
import { type Relabel, relabelledMention } from '../../src/rollups/note.ts';
import { UsageError, type World } from '../command.ts';
import type { PlaceFlags } from './flags.ts';
import { brandNamed, readerOf, withSession } from './session.ts';

/** A row that `eval:classification` scores; `mention` is for people. */
export interface EvaluationRow {
  readonly t: string;
  readonly title?: string;
  readonly kind: string;
  readonly rating?: number;
  readonly y?: string;
  readonly labels: readonly { promise: string; outcome: string; quote: string }[];
  readonly mention: string;
}

/**
 * Writes what people relabelled as rows of an evaluation set.
 *
 * @throws {UsageError} for a file that is not to be JSONL
 */
export async function exportRelabels(file: string, flags: PlaceFlags, world: World) {
  if (!file.endsWith('.jsonl'))
    throw new UsageError(`${file}: relabels are written as rows. Let it end in .jsonl.`);
  await withSession(flags, world, async (session) => {
    const reader = readerOf(session, brandNamed(session.settings, flags));
    const relabels = await reader.relabels();
    const rows: EvaluationRow[] = [];
    for (const [id, own] of relabels) {
      const row = rowOf(await readVersion(reader, id, own), own);
      if (row !== undefined) rows.push(row);
    }
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    writeFileSync(resolve(world.cwd, file), text);
    world.print(`${file}: ${rows.length} rows`);
    if (rows.length > 0)
      world.complain(
        `Score them: npm run eval:classification -- --set ${file} --promises promisewatch.yaml`,
      );
    else world.complain('Nothing is relabelled yet: promisewatch mentions relabel');
  });
}

/** The newest words that a person read: after an edit that may be an older version. */
async function readVersion({ stores, brand }: BrandReader, id: string, own: readonly Relabel[]) {
  const history = await stores.store.history(brand.id, id);
  return history === 'erased'
    ? undefined
    : history.find((version) => own.some(({ contentHash }) => contentHash === version.contentHash));
}

/** Verdicts that no person touched stay in the row as they were judged: they were seen and left. */
function rowOf(
  mention: ClassifiedMention | undefined,
  relabels: readonly Relabel[],
): EvaluationRow | undefined {
  const read = mention === undefined ? undefined : relabelledMention(mention, relabels);
  if (mention === undefined || read === undefined) return undefined;
  const own = relabels.filter(({ contentHash }) => contentHash === mention.contentHash);
  const hasLabel = own.some(({ sentiment, verdicts }) => sentiment !== null || verdicts.length > 0);
  if (!hasLabel) return undefined;
  const y = own.findLast(({ sentiment }) => sentiment !== null)?.sentiment;
  return {
    t: mention.text,
    ...(mention.title !== null && { title: mention.title }),
    kind: mention.kind,
    ...(mention.rating !== null && { rating: mention.rating.value }),
    ...(y != null && { y }),
    labels: read.classification.verdicts.map(({ promise, outcome, quote }) => ({
      promise,
      outcome,
      quote,
    })),
    mention: mention.id,
  };
}
