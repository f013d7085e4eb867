import { Outcome, SENTIMENTS } from '../../src/classification/classification.ts';
import { registerOf } from '../../src/classification/promises.ts';
import { Relabel } from '../../src/rollups/note.ts';
import { UsageError, type World } from '../command.ts';
import type { RelabelFlags } from '../commands/mentions.ts';
import { choose } from './choose.ts';
import { findMention } from './find-mention.ts';
import { noteHead } from './note.ts';
import { offerExclusions } from './offer-exclusions.ts';
import { oneOf } from './read-filters.ts';
import { brandNamed, readerOf, withSession } from './session.ts';

/** Stores the relabel, then marks the day, so that the next recount gives the new numbers. */
export async function relabelMention(id: string, flags: RelabelFlags, world: World): Promise<void> {
  checkFlags(flags);
  await withSession(flags, world, async (session) => {
    const brand = brandNamed(session.settings, flags);
    const reader = readerOf(session, brand);
    const [mention] = await findMention(reader, id);
    const relabel = Relabel.parse({
      kind: 'relabel',
      ...noteHead(brand.id, { by: flags.by, text: flags.note }, session.now, world),
      mention: mention.id,
      contentHash: mention.contentHash,
      day: mention.bucketDay,
      sentiment:
        flags.sentiment === undefined ? null : oneOf('sentiment', flags.sentiment, SENTIMENTS),
      verdicts: verdictsOf(
        flags,
        registerOf(brand).promises.map((promise) => promise.id),
      ),
      aboutUs: flags.notAboutUs === true ? false : flags.aboutUs === true ? true : null,
    });
    await session.stores.notes.add(relabel);
    await session.stores.rollups.markDirty(brand.id, mention.bucketDay, session.now);
    world.print(
      `relabelled ${mention.id.slice(0, 8)} of ${mention.bucketDay}. Lists and figures show it now; trends with the next recount.`,
    );
    if (relabel.aboutUs === false) await offerExclusions(reader, mention, world);
  });
}

function checkFlags({ promise, verdict, sentiment, notAboutUs, aboutUs }: RelabelFlags): void {
  if ((promise === undefined) !== (verdict === undefined))
    throw new UsageError(
      '--promise and --verdict belong together, e.g. --promise fees --verdict kept',
    );
  if (notAboutUs === true && aboutUs === true)
    throw new UsageError('choose one of --not-about-us and --about-us');
  if (verdict === undefined && sentiment === undefined && notAboutUs !== true && aboutUs !== true)
    throw new UsageError(
      'say how you read it: --promise ID --verdict OUTCOME, --sentiment LABEL or --not-about-us',
    );
}

function verdictsOf({ promise, verdict }: RelabelFlags, known: readonly string[]) {
  if (promise === undefined || verdict === undefined) return [];
  const outcomes = [...Outcome.options, 'none'] as const;
  return [
    { promise: choose('promise', promise, known), outcome: oneOf('verdict', verdict, outcomes) },
  ];
}
