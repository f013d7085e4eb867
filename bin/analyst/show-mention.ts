import type { ClassifiedMention } from '../../src/classification/classified-mention.ts';
import { clean } from '../../src/digest/clean.ts';
import { sourceName } from '../../src/digest/scope.ts';
import type { BrandReader } from '../../src/query/reader.ts';
import type { StandingMention } from '../../src/query/standing.ts';
import type { Relabel } from '../../src/rollups/note.ts';
import type { World } from '../command.ts';
import { printableJson } from '../output/delimited.ts';
import { localTime } from '../output/words.ts';
import { findMention } from './find-mention.ts';
import type { PlaceFlags } from './flags.ts';
import { brandNamed, readerOf, withSession } from './session.ts';

export async function showMention(
  id: string,
  flags: PlaceFlags & { readonly json?: boolean },
  world: World,
): Promise<void> {
  await withSession(flags, world, async (session) => {
    const reader = readerOf(session, brandNamed(session.settings, flags));
    const versions = await findMention(reader, id);
    const [newest] = versions;
    const day = await reader.ofDay(newest.bucketDay);
    const standing = day.find(({ mention }) => mention.id === newest.id);
    const relabels = (await reader.relabels()).get(newest.id) ?? [];
    if (flags.json === true)
      world.print(
        printableJson(
          {
            ...newest,
            counted: standing?.counted ?? null,
            read: standing?.mention ?? null,
            relabels,
            versions: versions.slice(1),
          },
          1,
        ),
      );
    else for (const line of describe(reader, versions, standing, relabels)) world.print(line);
  });
}

function describe(
  reader: BrandReader,
  versions: readonly [ClassifiedMention, ...ClassifiedMention[]],
  standing: StandingMention | undefined,
  relabels: readonly Relabel[],
): string[] {
  const [mention, ...older] = versions;
  const { classification, rating } = mention;
  const { sentiment } = classification;
  const published = mention.publishedAt ?? mention.fetchedAt;
  const line = (label: string, text: string) => `${label.padEnd(12)}${clean(text)}`;
  return [
    line('id', mention.id),
    line('source', `${sourceName(mention.source, reader.brand)} (${mention.source})`),
    line('published', `${localTime(published, reader.timeZone)} ${reader.timeZone}`),
    line('link', mention.url ?? 'none'),
    line('rating', rating === null ? 'none' : `${rating.raw} of ${rating.scale}`),
    line('counted', standing?.counted ?? 'not in the day index yet'),
    ...(mention.deletedAt === undefined
      ? []
      : [
          line(
            'deleted',
            `its source no longer showed it on ${localTime(mention.deletedAt, reader.timeZone)}`,
          ),
        ]),
    line('sentiment', `${sentiment.label}${sentiment.reason ? ` (${sentiment.reason})` : ''}`),
    ...classification.verdicts.map(({ promise, outcome, confidence, quote, reasons }) =>
      line(
        'verdict',
        `${promise} ${outcome}, ${Math.round(confidence * 100)} % sure: “${quote}” (${reasons.slice(0, 4).join(', ')})`,
      ),
    ),
    ...relabels.map((relabel) => line('relabelled', relabelWords(relabel))),
    line('classifier', classification.cv),
    '',
    ...(mention.title === null ? [] : [clean(mention.title), '']),
    mention.text === '' ? '(a rating without words)' : clean(mention.text),
    ...older.flatMap((one) => [
      '',
      `version ${one.version}, read ${localTime(one.fetchedAt, reader.timeZone)}:`,
      clean(one.text),
    ]),
  ];
}

function relabelWords({ at, by, sentiment, verdicts, aboutUs, text }: Relabel): string {
  const said = [
    ...(sentiment === null ? [] : [sentiment]),
    ...verdicts.map(({ promise, outcome }) => `${promise} ${outcome}`),
    ...(aboutUs === null ? [] : [aboutUs ? 'about us' : 'not about us']),
  ];
  return `${said.join(', ')} by ${by} on ${at.slice(0, 10)}${text === '' ? '' : `: ${text}`}`;
}
