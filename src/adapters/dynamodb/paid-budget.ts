import type { PaidBudget } from '../../classification/paid/paid-judge.ts';
import type { Table } from './table.ts';

const PK = 'C#bedrock';

/** One counter a month. */
export function dynamoPaidBudget(table: Table): PaidBudget {
  return {
    async reserve(month, amount, limit) {
      if (amount > limit) return false;
      return table.update(PK, month, 'ADD spent :amount', {
        expression: 'attribute_not_exists(spent) OR spent <= :room',
        values: { ':amount': amount, ':room': limit - amount },
      });
    },
    async adjust(month, difference) {
      await table.update(PK, month, 'ADD spent :difference', {
        expression: 'attribute_exists(spent)',
        values: { ':difference': difference },
      });
    },
  };
}
