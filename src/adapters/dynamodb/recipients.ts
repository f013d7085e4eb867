import { RecipientState, unknownRecipient } from '../../digest/recipient-state.ts';
import { parse } from '../../parse.ts';
import type { RecipientStates } from '../../ports.ts';
import type { Condition, Item, Table } from './table.ts';

const pkOf = (recipient: string) => `P#${recipient}`;
const SK = 'P';
const TRIES = 10;

export function dynamoRecipientStates(table: Table): RecipientStates {
  const read = async (recipient: string) => {
    const item = await table.get(pkOf(recipient), SK, { consistent: true });
    return item === undefined ? undefined : { item, state: toState(item) };
  };
  return {
    get: async (recipient) => (await read(recipient))?.state,
    async amend(recipient, change) {
      for (let attempt = 0; attempt < TRIES; attempt++) {
        const stored = await read(recipient);
        const before = stored?.state ?? unknownRecipient(recipient);
        const after = change(before);
        if (after === before) return { before, after };
        const revision = Number(stored?.item['revision'] ?? 0);
        const item = { PK: pkOf(recipient), SK, ...after, revision: revision + 1 };
        if (await table.put(item, unchanged(stored && revision))) return { before, after };
      }
      throw new Error(`recipient ${recipient} was changed by others ${TRIES} times`);
    },
  };
}

function unchanged(revision: number | undefined): Condition {
  return revision === undefined
    ? { expression: 'attribute_not_exists(PK)' }
    : { expression: 'revision = :revision', values: { ':revision': revision } };
}

const toState = ({ PK: _pk, SK: _sk, revision: _revision, ...item }: Item) =>
  parse(RecipientState, item, 'state of a recipient');
