import type { Brand } from '../../src/brands/brand.ts';
import { channelHash, recipientHash } from '../../src/digest/addressees.ts';
import type { DigestRow, SendRow } from '../../src/digest/outbox-rows.ts';
import type { BrandReader } from '../../src/query/reader.ts';
import type { World } from '../command.ts';
import type { Column } from '../output/column.ts';
import { printAnswer } from '../output/print.ts';
import { localTime, unreadableWords } from '../output/words.ts';
import type { FilterFlags, OutputFlags, PlaceFlags } from './flags.ts';
import { periodWords, readPeriod } from './read-filters.ts';
import { brandNamed, readerOf, withSession } from './session.ts';

/** A mail, or a digest that nobody was sent yet. */
interface SendAnswer {
  readonly digest: DigestRow;
  readonly send: SendRow | null;
}

export async function sendsCommand(
  flags: PlaceFlags & FilterFlags & OutputFlags,
  world: World,
): Promise<void> {
  await withSession(flags, world, async (session) => {
    const brand = brandNamed(session.settings, flags);
    const reader = readerOf(session, brand);
    const period = readPeriod(flags, reader, '7d');
    const { digests, sends, unreadable } = await session.stores.sends.since(
      brand.id,
      period.since?.toISOString() ?? '',
    );
    const before = period.until?.toISOString() ?? '~';
    const rows = digests
      .filter(({ createdAt }) => createdAt < before)
      .flatMap((digest): SendAnswer[] => {
        const own = sends.filter((send) => send.digest === digest.key);
        return own.length === 0 ? [{ digest, send: null }] : own.map((send) => ({ digest, send }));
      });
    await printAnswer(
      {
        columns: columnsOf(reader, namesOf(brand)),
        rows,
        about: () => ({ brand: brand.id, asOf: reader.now }),
      },
      flags,
      world,
    );
    for (const row of unreadable) world.complain(unreadableWords(row));
    for (const line of remarks(rows, channelsOf(brand))) world.complain(line);
    if (rows.length === 0)
      world.complain(
        `no digest was made ${periodWords(period, reader)}. Try --since all, or: promisewatch incidents list`,
      );
  });
}

/** Addresses and channels by the hash that rows hold, as far as the configuration still names them. */
function namesOf({ id, recipients, channels }: Brand): ReadonlyMap<string, string> {
  return new Map([
    ...recipients.map(({ email }) => [recipientHash(email), email] as const),
    ...channels.map((channel) => [channelHash(id, channel.id), channel.id] as const),
  ]);
}

const channelsOf = ({ id, channels }: Brand): ReadonlySet<string> =>
  new Set(channels.map((channel) => channelHash(id, channel.id)));

/** What a person must know to read the table, and what to do. */
function remarks(rows: readonly SendAnswer[], channels: ReadonlySet<string>): string[] {
  const sends = rows.flatMap(({ send }) => (send === null ? [] : [send]));
  const twice = sends.filter(({ possibleDuplicate }) => possibleDuplicate).length;
  return [
    ...ADVICE.filter(({ is }) => sends.some((send) => is(send, channels.has(send.recipient)))).map(
      ({ say }) => say,
    ),
    ...(twice === 0
      ? []
      : [
          `${twice} of these may have arrived twice: SES did not answer and told of nothing for 15 minutes.`,
        ]),
  ];
}

const NOT_VERIFIED = /Email address is not verified/;
const GONE: readonly SendRow['delivery'][] = ['bounced', 'complained', 'rejected'];
const isGone = ({ state, delivery }: SendRow) => state === 'refused' || GONE.includes(delivery);

interface Advice {
  readonly is: (send: SendRow, toChannel: boolean) => boolean;
  readonly say: string;
}

/** For every state that a person may have to do something about. */
const ADVICE: readonly Advice[] = [
  {
    is: ({ state, reason }) => state === 'postponed' && NOT_VERIFIED.test(reason ?? ''),
    say: 'SES says that an address is not verified. In its sandbox it sends only to verified addresses and domains, which is enough as long as all recipients are in yours. The mail goes out by itself once the address is verified: promisewatch doctor names it.',
  },
  {
    is: ({ state, reason }, toChannel) =>
      state === 'postponed' && !toChannel && !NOT_VERIFIED.test(reason ?? ''),
    say: 'A postponed mail is tried every 15 minutes, for three days at most; WHY has the words of SES. promisewatch doctor compares the account with what SES demands.',
  },
  {
    is: ({ state }, toChannel) => state === 'postponed' && toChannel,
    say: 'A channel that does not take a post is tried every 15 minutes, four times in all. promisewatch test-channel NAME says what it answers.',
  },
  {
    is: (send, toChannel) => isGone(send) && !toChannel,
    say: 'A mail that was refused, rejected, bounced or complained about is not sent again; the next one is. Correct or remove an address that is wrong, then: promisewatch apply',
  },
  {
    is: (send, toChannel) => isGone(send) && toChannel,
    say: 'A post that was refused is not sent again; the next one is. What the channel answers now: promisewatch test-channel NAME',
  },
  {
    is: ({ state, reason }) => state === 'suppressed' && /^paused/.test(reason ?? ''),
    say: 'A paused recipient gets no mail. When the mailbox works again: promisewatch resume ADDRESS',
  },
  {
    is: ({ state, reason }) => state === 'suppressed' && /^unsubscribed/.test(reason ?? ''),
    say: 'Who unsubscribed gets no mail of that kind until they choose otherwise, by the link at the foot of an earlier mail.',
  },
];

function columnsOf(
  { timeZone }: BrandReader,
  names: ReadonlyMap<string, string>,
): Column<SendAnswer>[] {
  return [
    {
      name: 'madeAt',
      type: 'instant',
      title: 'MADE',
      value: (s) => s.digest.createdAt,
      show: (s) => localTime(s.digest.createdAt, timeZone),
    },
    { name: 'digest', type: 'string', title: 'DIGEST', value: (s) => s.digest.key },
    { name: 'kind', type: 'string', title: 'KIND', value: (s) => s.digest.kind },
    { name: 'serious', type: 'boolean', value: (s) => s.digest.serious },
    {
      name: 'recipient',
      type: 'string',
      title: 'TO',
      value: (s) => s.send?.recipient ?? null,
      show: (s) => (s.send === null ? '' : (names.get(s.send.recipient) ?? s.send.recipient)),
    },
    {
      name: 'state',
      type: 'string',
      title: 'STATE',
      value: (s) => s.send?.state ?? 'waiting',
      tone: (s) => (s.send?.state === 'refused' ? 'bad' : undefined),
    },
    {
      name: 'delivery',
      type: 'string',
      title: 'THEN',
      value: (s) => s.send?.delivery ?? null,
      tone: (s) =>
        ['bounced', 'complained', 'rejected'].includes(s.send?.delivery ?? '') ? 'bad' : undefined,
    },
    {
      name: 'at',
      type: 'instant',
      title: 'AT',
      value: (s) => s.send?.at ?? null,
      show: (s) => (s.send === null ? '' : localTime(s.send.at, timeZone)),
    },
    { name: 'attempt', type: 'integer', title: 'TRIES', value: (s) => s.send?.attempt ?? null },
    { name: 'messageId', type: 'string', value: (s) => s.send?.messageId ?? null },
    {
      name: 'possibleDuplicate',
      type: 'boolean',
      value: (s) => s.send?.possibleDuplicate ?? null,
    },
    {
      name: 'reason',
      type: 'string',
      title: 'WHY',
      fills: true,
      value: (s) => s.send?.reason ?? null,
    },
  ];
}
