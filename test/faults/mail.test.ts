import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { describe, expect, it } from 'vitest';
import { dynamoDigestStore } from '../../src/adapters/dynamodb/digests.ts';
import { dynamoIncidentStore } from '../../src/adapters/dynamodb/incidents.ts';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoNoteStore } from '../../src/adapters/dynamodb/notes.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { dynamoCheckpoints } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoSourceStates } from '../../src/adapters/dynamodb/sources.ts';
import { sesMailer } from '../../src/adapters/ses.ts';
import { Brand } from '../../src/brands/brand.ts';
import { dailyCheck } from '../../src/checks/daily-check.ts';
import { DigestModel } from '../../src/digest/digest.ts';
import { afterEvent } from '../../src/digest/mail-events.ts';
import { isOpen } from '../../src/digest/open-hours.ts';
import type { SendRow } from '../../src/digest/outbox-rows.ts';
import { addDays } from '../../src/mentions/day.ts';
import { noCounts } from '../../src/rollups/count.ts';
import { acme } from '../fixtures.ts';
import { runDeliverySchedule } from '../simulation/delivery-schedule.ts';
import { memoryTable } from '../simulation/memory-table.ts';
import { postOffice } from './post-office.ts';

const broken = (outcomes: readonly Awaited<ReturnType<typeof runDeliverySchedule>>[]) =>
  outcomes.filter(({ lost, outsideWindow, notCounted }) => lost + outsideWindow + notCounted > 0);

/** What the mailer says where SES answers so. */
async function answerTo(status: number, type: string, message = 'no') {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type });
    response.end(JSON.stringify({ message }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const client = new SESv2Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  try {
    return await sesMailer(client)({ Content: {} }).catch(() => 'nobody knows');
  } finally {
    client.destroy();
    server.closeAllConnections();
    server.close();
  }
}

const MINUTE = 60_000;

/**
 * The weekly digests that the daily check freezes around a Sunday in Berlin, called every quarter of an hour by each of these
 * clocks: one after the other, or all at once.
 */
async function weeklyDigests(sunday: string, minutesFast: readonly number[], isAtOnce = false) {
  const frozen: string[] = [];
  const table = memoryTable(
    () => 0,
    () => 0,
    ({ SK, kind }) => {
      if (kind === 'weekly-pulse') frozen.push(String(SK));
    },
  ).as(async (_name, effect) => effect());
  const stores = {
    store: dynamoMentionStore(table),
    rollups: dynamoRollupStore(table),
    incidents: dynamoIncidentStore(table),
    digests: dynamoDigestStore(table),
    states: dynamoSourceStates(table),
    notes: dynamoNoteStore(table),
    checkpoints: dynamoCheckpoints(table),
  };
  const brand = Brand.parse({
    ...acme,
    recipients: [{ email: 'a@acme.example', level: 'weekly' }],
  });
  const started = addDays(sunday, -80);
  await stores.checkpoints.set('classifier#acme', 'cv1');
  await stores.checkpoints.set('started#acme', started);
  await stores.checkpoints.set('check#acme', addDays(sunday, -2));
  for (let day = started; day <= addDays(sunday, 1); day = addDays(day, 1))
    await stores.rollups.save({
      brand: 'acme',
      day,
      cv: 'cv1',
      seen: 1,
      sources: { 'acme-reviews': { ...noCounts(), mentions: 20, negative: 1, neutral: 19 } },
      employees: {},
    });
  const end = Date.parse(`${addDays(sunday, 2)}T00:00:00.000Z`);
  for (let at = Date.parse(`${sunday}T00:00:00.000Z`); at < end; at += 15 * MINUTE)
    if (isAtOnce)
      await Promise.all(
        minutesFast.map((fast) =>
          dailyCheck(brand, 'Europe/Berlin', new Date(at + fast * MINUTE), stores),
        ),
      );
    else
      for (const fast of minutesFast.toReversed())
        await dailyCheck(brand, 'Europe/Berlin', new Date(at + fast * MINUTE), stores);
  const digests = (await stores.digests.waiting())
    .filter(({ kind }) => kind === 'weekly-pulse')
    .map(({ key, createdAt, model }) => {
      const { from, to } = DigestModel.parse(JSON.parse(model));
      return { key, createdAt, from, to };
    });
  return { digests, frozen };
}

describe('digests', () => {
  it('fault 19: two deliveries at once, among other troubles', async () => {
    const seeds = Array.from({ length: 15 }, (_, i) => 101 + i);
    expect(broken(await Promise.all(seeds.map(runDeliverySchedule)))).toEqual([]);
  });

  it('fault 19: two deliveries at once and nothing else: one mail a person', async () => {
    const people = ['ana@acme.example', 'ben@acme.example'];
    const office = await postOffice(people);
    const reports = await Promise.all([office.deliver(), office.deliver()]);
    expect(office.mails.toSorted()).toEqual(people);
    expect(reports.reduce((sum, { sent }) => sum + sent, 0)).toBe(2);
    const sends = await office.sends(1);
    expect(sends).toMatchObject(Array(2).fill({ state: 'sent', possibleDuplicate: false }));
  });

  it('fault 19: two daily checks at once freeze one digest, and the later one does not write over it', async () => {
    const alone = await weeklyDigests('2026-11-15', [0]);
    const { digests, frozen } = await weeklyDigests('2026-11-15', [0, 1], true);
    expect(digests).toEqual(alone.digests);
    expect(digests).toHaveLength(1);
    expect(frozen).toEqual(alone.frozen);
  });

  it('fault 20: SES took the mail and said nothing: one repeat after the lease, by one of two deliveries, which its row admits', async () => {
    const office = await postOffice(['ana@acme.example'], (mail) => {
      if (mail === 1) throw new Error('no answer');
      return { status: 'sent', messageId: `ses-${mail}` };
    });
    for (const minute of [0, 14, 16, 31]) {
      office.at(minute);
      await Promise.all([office.deliver(), office.deliver()]);
      expect(office.mails, `after ${minute} minutes`).toHaveLength(minute < 15 ? 1 : 2);
    }
    expect(await office.sends(1)).toMatchObject([
      { state: 'sent', attempt: 2, possibleDuplicate: true },
    ]);
  });

  it('fault 20: a crash after SES took the mail, before it is marked: an event marks it, or the row admits a repeat', async () => {
    const seeds = Array.from({ length: 25 }, (_, i) => 201 + i);
    const outcomes = await Promise.all(seeds.map(runDeliverySchedule));
    expect(outcomes.reduce((sum, { crashes }) => sum + crashes, 0)).toBeGreaterThan(20);
    expect(broken(outcomes)).toEqual([]);
  });

  it('fault 20: an event that comes in the very moment in which the answer is noted is not written over', async () => {
    const memory = memoryTable(
      () => 0,
      () => 0,
    );
    const digests = dynamoDigestStore(memory.as(async (_name, effect) => effect()));
    const at = '2026-03-13T10:00:00.000Z';
    const claimed: SendRow = {
      brand: 'acme',
      digest: 'AC-0001#opened#1',
      recipient: '0123456789abcdef',
      state: 'claimed',
      leaseUntil: '2026-03-13T10:15:00.000Z',
      attempt: 1,
      messageId: null,
      at,
      possibleDuplicate: false,
      reason: null,
    };
    await digests.claim(claimed);
    let events = 0;
    const noting = dynamoDigestStore(
      memory.as(async (name, effect) => {
        if (name === 'put' && events++ === 0)
          await digests.amendSend(claimed, (row) =>
            afterEvent(row, {
              what: 'bounced',
              messageId: 'ses-1',
              at,
              reason: 'no such mailbox',
              permanent: true,
            }),
          );
        return effect();
      }),
    );
    await noting.finish({ ...claimed, state: 'sent', messageId: 'ses-1' });
    expect(await digests.sends('acme', claimed.digest)).toMatchObject([
      { state: 'sent', messageId: 'ses-1', delivery: 'bounced', possibleDuplicate: false },
    ]);
  });

  it('fault 21: SES throttles, pauses, refuses or breaks: not now, never, or nobody knows', async () => {
    expect(await answerTo(429, 'TooManyRequestsException')).toMatchObject({ status: 'postponed' });
    expect(await answerTo(400, 'SendingPausedException')).toMatchObject({ status: 'postponed' });
    expect(await answerTo(400, 'AccountSuspendedException')).toMatchObject({ status: 'postponed' });
    expect(
      await answerTo(400, 'MessageRejected', 'Email address is not verified. x'),
    ).toMatchObject({ status: 'postponed' });
    expect(await answerTo(400, 'MessageRejected', 'Address is on the list')).toMatchObject({
      status: 'refused',
    });
    expect(await answerTo(400, 'BadRequestException')).toMatchObject({ status: 'refused' });
    expect(await answerTo(500, 'InternalFailure')).toBe('nobody knows');
  });

  it('fault 21: what SES puts off goes out with the next run, once, and is no duplicate', async () => {
    const office = await postOffice(['ana@acme.example'], (mail) =>
      mail < 3
        ? { status: 'postponed', reason: 'TooManyRequestsException' }
        : { status: 'sent', messageId: 'ses-3' },
    );
    for (const minute of [0, 15, 30, 45, 60]) {
      office.at(minute);
      await office.deliver();
    }
    expect(office.mails).toHaveLength(3);
    const put = { state: 'sent', attempt: 3, possibleDuplicate: false, messageId: 'ses-3' };
    expect(await office.sends(1)).toMatchObject([put]);
  });

  it('fault 21: what SES refuses is not tried again, and stays with its reason', async () => {
    const office = await postOffice(['ana@acme.example'], () => ({
      status: 'refused',
      reason: 'MessageRejected',
    }));
    for (const minute of [0, 15, 30]) {
      office.at(minute);
      await office.deliver();
    }
    expect(office.mails).toHaveLength(1);
    expect(await office.sends(1)).toMatchObject([{ state: 'refused', reason: 'MessageRejected' }]);
  });

  it('fault 21: a mailbox that does not exist gets no further digest; the others do', async () => {
    const office = await postOffice(['ana@acme.example', 'ben@acme.example']);
    await office.deliver();
    office.at(5);
    expect(await office.bounce('ana@acme.example', 'ses-1')).toMatchObject({
      lost: true,
      paused: true,
    });
    await office.freeze(2);
    office.at(15);
    expect(await office.deliver()).toMatchObject({ sent: 1, suppressed: 1 });
    expect(office.mails.at(-1)).toBe('ben@acme.example');
    const states = (await office.sends(2)).map(({ state }) => state);
    expect(states.toSorted()).toEqual(['sent', 'suppressed']);
  });

  it('fault 22: hours open and close by the clocks of the place, also on the days when they change', () => {
    const gate = {
      hours: { from: '08:00', to: '18:00', days: ['sun'] as const },
      timeZone: 'Europe/Berlin',
      seriousAnyTime: false,
    };
    const open = (instant: string) => isOpen(gate as never, 'UTC', new Date(instant), false);
    // The clocks go back on 25 October 2026 and forward on 28 March 2027.
    expect([open('2026-10-25T06:59:00Z'), open('2026-10-25T07:00:00Z')]).toEqual([false, true]);
    expect([open('2027-03-28T05:59:00Z'), open('2027-03-28T06:00:00Z')]).toEqual([false, true]);
    expect([open('2026-10-25T16:59:00Z'), open('2026-10-25T17:00:00Z')]).toEqual([true, false]);
  });

  it.each([
    ['back', '2026-10-25', '2026-10-26T05:00:00.000Z'],
    ['forward', '2027-03-28', '2027-03-29T04:00:00.000Z'],
  ])(
    'fault 22: a clock that is five minutes fast makes one digest of the week in which the clocks go %s, from the same days',
    async (_which, sunday, six) => {
      const { digests: right } = await weeklyDigests(sunday, [0]);
      expect(right).toMatchObject([
        { key: `${sunday}#weekly-pulse#1`, from: addDays(sunday, -6), to: sunday },
      ]);
      expect(right[0]?.createdAt).toBe(six);
      // Two environments, one of them fast: whichever comes first, the other adds none.
      const { digests: mixed } = await weeklyDigests(sunday, [0, 5]);
      expect(mixed.map(({ key, from, to }) => ({ key, from, to }))).toEqual(
        right.map(({ key, from, to }) => ({ key, from, to })),
      );
    },
  );
});
