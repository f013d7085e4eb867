import type { ReceivedRequests } from '../../ports.ts';
import type { Table } from './table.ts';

/** Requests to the webhook, each a row that the table forgets when it cannot be replayed any more. */
export function dynamoReceived(table: Table): ReceivedRequests {
  return {
    has: async (key) => (await table.get(`W#${key}`, 'W', { consistent: true })) !== undefined,
    async add(key, until) {
      await table.put({ PK: `W#${key}`, SK: 'W', ttl: Math.ceil(until.getTime() / 1000) });
    },
  };
}
