import { DigestRow, SendRow } from '../../digest/outbox-rows.ts';
import { parse } from '../../parse.ts';
import type { SendLog } from '../../ports.ts';
import type { Item, Table } from './table.ts';

export function dynamoSendLog(table: Table): SendLog {
  return {
    async since(brand, since) {
      const digests: DigestRow[] = [];
      const sends: SendRow[] = [];
      for await (const item of table.query({ pk: `G#${brand}` })) {
        const what = `${brand} ${String(item['SK'])}`;
        if (String(item['SK']).includes('#TO#'))
          sends.push(parse(SendRow, plain(item), `send ${what}`));
        else if (String(item['createdAt']) >= since)
          digests.push(parse(DigestRow, plain(item), `digest ${what}`));
      }
      return {
        digests: digests.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt)),
        sends: sends.toSorted((a, b) => a.at.localeCompare(b.at)),
      };
    },
  };
}

const plain = ({ PK: _pk, SK: _sk, GSI2PK: _gpk, GSI2SK: _gsk, ...item }: Item) => item;
