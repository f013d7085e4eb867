import { readCursor, writeCursor } from '../../src/query/cursor.ts';
import type { Filters } from '../../src/query/filters.ts';
import { type ListedMention, listMentions, placeOf } from '../../src/query/list.ts';
import { UsageError, type World } from '../command.ts';
import { printAnswer } from '../output/print.ts';
import { explainNothing } from './explain-empty.ts';
import type { FilterFlags, OutputFlags, PlaceFlags } from './flags.ts';
import { mentionColumns } from './mention-columns.ts';
import { progress } from './progress.ts';
import { readFilters } from './read-filters.ts';
import { brandNamed, readerOf, withSession } from './session.ts';
import { commandOf } from './typed.ts';

type Flags = PlaceFlags & FilterFlags & OutputFlags & { readonly cursor?: string };

/** The usual beginning of lists. */
const USUAL_SINCE = '7d';

/** @param limit rows after which the list stops and says how it goes on */
export async function listMentionsCommand(
  flags: Flags,
  limit: number,
  world: World,
): Promise<void> {
  const after = flags.cursor === undefined ? undefined : readCursor(flags.cursor);
  if (flags.cursor !== undefined && after === undefined)
    throw new UsageError(
      '--cursor is not a place that a list printed. Leave it out to begin anew.',
    );
  await withSession(flags, world, async (session) => {
    const brand = brandNamed(session.settings, flags);
    const reader = readerOf(session, brand);
    const filters = readFilters(flags, reader, USUAL_SINCE);
    const shown = progress(world, 'reading day');
    const page = { next: null as string | null };
    const count = await printAnswer(
      {
        columns: mentionColumns(reader.timeZone),
        rows: untilLimit(listMentions(reader, filters, { after, onDay: shown.step }), {
          limit,
          page,
          shown,
          stop: world.signal,
        }),
        about: () => ({ brand: brand.id, ...spanOf(filters), asOf: reader.now, next: page.next }),
      },
      flags,
      world,
    );
    shown.done();
    if (count === 0 && after === undefined) {
      const { because, instead } = await explainNothing(reader, flags, USUAL_SINCE);
      const next =
        instead === undefined
          ? 'promisewatch sources'
          : commandOf('mentions list', { ...flags, ...instead });
      world.complain(`${because} Next: ${next}`);
    }
    if (page.next !== null)
      world.complain(
        `${count} rows, and there are more. Next:\n  ${commandOf('mentions list', { ...flags, cursor: page.next })}`,
      );
  });
}

const spanOf = ({ since, until }: Filters) => ({
  since: since?.toISOString() ?? null,
  until: until?.toISOString() ?? null,
});

async function* untilLimit(
  rows: AsyncGenerator<ListedMention>,
  {
    limit,
    page,
    shown,
    stop,
  }: {
    readonly limit: number;
    readonly page: { next: string | null };
    readonly shown: { readonly done: () => void };
    readonly stop: AbortSignal | undefined;
  },
): AsyncGenerator<ListedMention> {
  let last: ListedMention | undefined;
  let count = 0;
  for await (const row of rows) {
    if (last !== undefined && (count >= limit || stop?.aborted === true)) {
      page.next = writeCursor(placeOf(last));
      return;
    }
    if (count === 0) shown.done();
    yield row;
    last = row;
    count++;
  }
}
