import type { ReclassificationStore } from '../../checks/reclassify.ts';
import { judgedAttributes, mentionKey } from './mentions.ts';
import type { Table } from './table.ts';

/** Flag of a mention that its source no longer shows: nothing that a classifier concludes. */
const DELETED = 'deleted';

/** Replaces what was concluded about stored mentions; their texts and versions stay. */
export function dynamoReclassificationStore(table: Table): ReclassificationStore {
  return {
    async replace({ brand, id, contentHash, version, classification: before }, classification) {
      const key = mentionKey(brand, id);
      const stored = await table.get(key, 'M', { consistent: true });
      if (stored === undefined || stored['erased'] !== undefined) return false;
      const judged = judgedAttributes(classification, String(stored['text']));
      const flags = stored['deletedAt'] === undefined ? judged.flags : [...judged.flags, DELETED];
      const values = { ...judged, flags };
      const names = Object.keys(values);
      return table.update(
        key,
        'M',
        `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
        {
          expression: '#version = :seen AND #contentHash = :read AND #cv = :before',
          names: {
            '#version': 'version',
            '#contentHash': 'contentHash',
            '#cv': 'cv',
            ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
          },
          values: {
            ':seen': version,
            ':read': contentHash,
            ':before': before.cv,
            ...Object.fromEntries(
              Object.entries(values).map(([name, value]) => [`:${name}`, value]),
            ),
          },
        },
      );
    },
  };
}
