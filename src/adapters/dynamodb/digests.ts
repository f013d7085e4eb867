import * as z from 'zod';
import { afterAnswer } from '../../digest/mail-events.ts';
import { DigestRow, SendRow } from '../../digest/outbox-rows.ts';
import { parse } from '../../parse.ts';
import type { DigestStore } from '../../ports.ts';
import { collectItems } from './collect-items.ts';
import { readable } from './readable.ts';
import type { Condition, Item, Table } from './table.ts';

const WAITING = 'needs#send';
const digestPk = (brand: string) => `G#${brand}`;
const sendSk = (digest: string, recipient: string) => `${digest}#TO#${recipient}`;

export function dynamoDigestStore(table: Table): DigestStore {
  const get = async (brand: string, key: string) => {
    const item = await table.get(digestPk(brand), key, { consistent: true });
    return item === undefined ? undefined : toDigest(item);
  };
  const change = sendChanger(table);
  return {
    freeze: (digest) =>
      table.put(
        {
          PK: digestPk(digest.brand),
          SK: digest.key,
          GSI2PK: WAITING,
          GSI2SK: `${digest.createdAt}#${digest.brand}#${digest.key}`,
          ...digest,
        },
        { expression: 'attribute_not_exists(PK)' },
      ),
    get,
    async waiting(onUnreadable) {
      const keys = await collectItems(table.query({ index: 'GSI2', pk: WAITING }), (item) => ({
        pk: String(item['PK']),
        key: String(item['SK']),
      }));
      const items = await Promise.all(
        keys.map(({ pk, key }) => table.get(pk, key, { consistent: true })),
      );
      return items.flatMap((item) =>
        item === undefined ? [] : readable(item, toDigest, onUnreadable),
      );
    },
    async settle(brand, key) {
      await table.update(digestPk(brand), key, 'REMOVE GSI2PK, GSI2SK', {
        expression: 'attribute_exists(PK)',
      });
    },
    async sends(brand, key, onUnreadable) {
      const rows = table.query({
        pk: digestPk(brand),
        from: `${key}#TO#`,
        to: `${key}#TO#~`,
        consistent: true,
      });
      const sends: SendRow[] = [];
      for await (const item of rows) sends.push(...readable(item, toSend, onUnreadable));
      return sends;
    },
    async send(brand, key, recipient) {
      const item = await table.get(digestPk(brand), sendSk(key, recipient), { consistent: true });
      return item === undefined ? undefined : toSend(item);
    },
    async firstMessageId(brand, thread, recipient) {
      const rows = table.query({
        pk: digestPk(brand),
        from: `${thread}#`,
        to: `${thread}#~`,
        consistent: true,
      });
      let first: z.infer<typeof ThreadMail> | undefined;
      for await (const item of rows) {
        if (!String(item['SK']).endsWith(`#TO#${recipient}`)) continue;
        // A mail beside its thread is better than none, because an earlier row is damaged.
        const { data: mail } = ThreadMail.safeParse(item);
        if (mail !== undefined && (first === undefined || mail.at < first.at)) first = mail;
      }
      return first?.messageId;
    },
    async claim(row) {
      const item = { PK: digestPk(row.brand), SK: sendSk(row.digest, row.recipient), ...row };
      if (await table.put(item, { expression: 'attribute_not_exists(PK)' })) return row;
      const stored = await table.get(item.PK, item.SK, { consistent: true });
      if (stored === undefined) return undefined;
      const before = toSend(stored);
      const unanswered = before.state === 'claimed' && before.leaseUntil <= row.at;
      if (!unanswered && before.state !== 'postponed') return undefined;
      const again: SendRow = {
        ...row,
        attempt: before.attempt + 1,
        possibleDuplicate: before.possibleDuplicate || unanswered,
      };
      const won = await table.put(
        { ...item, ...again },
        {
          expression: '#state = :state AND attempt = :attempt',
          names: { '#state': 'state' },
          values: { ':state': before.state, ':attempt': before.attempt },
        },
      );
      return won ? again : undefined;
    },
    async finish(row) {
      await change(row, (stored) => afterAnswer(stored, row));
    },
    async amendSend(key, by) {
      const changed = await change(key, (stored) => stored && by(stored));
      return changed?.before === undefined
        ? undefined
        : { before: changed.before, after: changed.after };
    },
  };
}

/** An answer, its events and the next claim rarely meet; more often than this means that something is broken. */
const TRIES = 10;

/** Changes a send on condition that it is still what was read. */
function sendChanger(table: Table) {
  return async (
    { brand, digest, recipient }: Pick<SendRow, 'brand' | 'digest' | 'recipient'>,
    by: (stored: SendRow | undefined) => SendRow | undefined,
  ): Promise<{ before: SendRow | undefined; after: SendRow } | undefined> => {
    const [pk, sk] = [digestPk(brand), sendSk(digest, recipient)];
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const item = await table.get(pk, sk, { consistent: true });
      const before = item === undefined ? undefined : toSend(item);
      const after = by(before);
      if (after === undefined) return undefined;
      if (await table.put({ PK: pk, SK: sk, ...after }, unchanged(before)))
        return { before, after };
    }
    throw new Error(`send ${sk} of ${brand} was changed by others ${TRIES} times`);
  };
}

function unchanged(before: SendRow | undefined): Condition {
  if (before === undefined) return { expression: 'attribute_not_exists(PK)' };
  const { state, attempt, delivery, possibleDuplicate } = before;
  const told = delivery === undefined ? 'attribute_not_exists(delivery)' : 'delivery = :delivery';
  return {
    expression: `#state = :state AND attempt = :attempt AND possibleDuplicate = :twice AND ${told}`,
    names: { '#state': 'state' },
    values: {
      ':state': state,
      ':attempt': attempt,
      ':twice': possibleDuplicate,
      ...(delivery !== undefined && { ':delivery': delivery }),
    },
  };
}

/** A mail that SES took. */
const ThreadMail = z.object({ at: SendRow.shape.at, messageId: z.string() });

export const toDigest = ({ PK, SK, GSI2PK: _g, GSI2SK: _s, ...item }: Item): DigestRow =>
  parse(DigestRow, item, `digest ${nameOf(PK, SK)}`);
export const toSend = ({ PK, SK, ...item }: Item): SendRow =>
  parse(SendRow, item, `send ${nameOf(PK, SK)}`);

const nameOf = (pk: unknown, sk: unknown) => `${String(pk).slice(2)} ${String(sk)}`;
