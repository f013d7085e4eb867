import { openCases } from '../../src/digest/cases.ts';
import { Case } from '../../src/rollups/note.ts';
import { EXIT, Refusal, type World } from '../command.ts';
import type { CaseFlags } from '../commands/case.ts';
import type { Column } from '../output/column.ts';
import { printAnswer } from '../output/print.ts';
import { findMention } from './find-mention.ts';
import type { OutputFlags, PlaceFlags } from './flags.ts';
import { noteHead } from './note.ts';
import { brandNamed, readerOf, withSession } from './session.ts';

/** Notes that somebody takes care of a mention, or that it is settled. */
export async function noteCase(
  id: string,
  step: Case['step'],
  flags: CaseFlags,
  world: World,
): Promise<void> {
  await withSession(flags, world, async (session) => {
    const brand = brandNamed(session.settings, flags);
    const reader = readerOf(session, brand);
    const [mention] = await findMention(reader, id);
    const isOpen = openCases(await reader.notes()).includes(mention.id);
    const short = mention.id.slice(0, 8);
    if (isOpen === (step === 'opened'))
      throw new Refusal(
        isOpen
          ? `the case of ${short} is open already. When it is settled: promisewatch case fix ${short}`
          : `there is no open case of ${short}. Open ones: promisewatch case list`,
        EXIT.notFound,
      );
    const head = noteHead(brand.id, { by: flags.by, text: flags.note }, session.now, world);
    await session.stores.notes.add(
      Case.parse({ kind: 'case', ...head, mention: mention.id, step }),
    );
    world.print(
      `${step === 'opened' ? 'opened the case of' : 'fixed'} ${short}. The next digest counts it.`,
    );
  });
}

interface OpenCase {
  readonly note: Case;
  readonly day: string;
  readonly source: string;
  readonly text: string;
}

export async function listCases(flags: PlaceFlags & OutputFlags, world: World): Promise<void> {
  await withSession(flags, world, async (session) => {
    const brand = brandNamed(session.settings, flags);
    const reader = readerOf(session, brand);
    const notes = await reader.notes();
    const ids = openCases(notes);
    const mentions = new Map(
      (await session.stores.store.read(brand.id, ids)).map((mention) => [mention.id, mention]),
    );
    const rows = ids.flatMap((id): OpenCase[] => {
      const note = notes.findLast((one) => one.kind === 'case' && one.mention === id) as Case;
      const mention = mentions.get(id);
      const { bucketDay: day = '', source = '', text = 'erased' } = mention ?? {};
      return [{ note, day, source, text }];
    });
    await printAnswer(
      { columns: COLUMNS, rows, about: () => ({ brand: brand.id, asOf: reader.now }) },
      flags,
      world,
    );
    if (rows.length === 0)
      world.complain('no case is open. Next: promisewatch case open <mention>');
  });
}

const COLUMNS: readonly Column<OpenCase>[] = [
  {
    name: 'mention',
    type: 'string',
    title: 'MENTION',
    value: ({ note }) => note.mention.slice(0, 8),
  },
  { name: 'since', type: 'string', title: 'SINCE', value: ({ note }) => note.at.slice(0, 10) },
  { name: 'by', type: 'string', title: 'BY', value: ({ note }) => note.by },
  { name: 'day', type: 'string', title: 'DAY', value: ({ day }) => day },
  { name: 'source', type: 'string', title: 'SOURCE', value: ({ source }) => source },
  { name: 'note', type: 'string', title: 'NOTE', value: ({ note }) => note.text },
  { name: 'text', type: 'string', title: 'TEXT', fills: true, value: ({ text }) => text },
];
