import { parse } from '../../parse.ts';
import type { NoteStore } from '../../ports.ts';
import { Note } from '../../rollups/note.ts';
import { collectItems } from './collect-items.ts';
import type { Table } from './table.ts';

export function dynamoNoteStore(table: Table): NoteStore {
  return {
    async add(note) {
      const SK = `${note.at}#${note.id}`;
      const added = await table.put(
        { PK: `A#${note.brand}`, SK, ...note },
        { expression: 'attribute_not_exists(PK)' },
      );
      if (!added) throw new Error(`two notes of ${note.brand} claim ${SK}. Note it again.`);
    },
    ofBrand: (brand) =>
      collectItems(
        table.query({ pk: `A#${brand}`, consistent: true }),
        ({ PK: _pk, SK, ...item }) => parse(Note, item, `note ${brand} ${String(SK)}`),
      ),
  };
}
