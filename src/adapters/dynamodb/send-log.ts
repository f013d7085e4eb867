import type { DigestRow, SendRow } from '../../digest/outbox-rows.ts';
import type { SendLog, UnreadableRow } from '../../ports.ts';
import { toDigest, toSend } from './digests.ts';
import { readable } from './readable.ts';
import type { Table } from './table.ts';

export function dynamoSendLog(table: Table): SendLog {
  return {
    async since(brand, since) {
      const digests: DigestRow[] = [];
      const sends: SendRow[] = [];
      const unreadable: UnreadableRow[] = [];
      const skip = (row: UnreadableRow) => unreadable.push(row);
      for await (const item of table.query({ pk: `G#${brand}` })) {
        if (String(item['SK']).includes('#TO#')) sends.push(...readable(item, toSend, skip));
        // What has lost its time is shown whatever was asked for.
        else if (String(item['createdAt'] ?? '~') >= since)
          digests.push(...readable(item, toDigest, skip));
      }
      return {
        digests: digests.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt)),
        sends: sends.toSorted((a, b) => a.at.localeCompare(b.at)),
        unreadable,
      };
    },
  };
}
