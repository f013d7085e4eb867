import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { describe, expect, it } from 'vitest';
import { sesMailer } from '../../src/adapters/ses.ts';
import { isOpen } from '../../src/digest/open-hours.ts';
import { runDeliverySchedule } from '../simulation/delivery-schedule.ts';

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

describe('digests', () => {
  it('fault 19: two deliveries at once, among other troubles', async () => {
    const seeds = Array.from({ length: 15 }, (_, i) => 101 + i);
    expect(broken(await Promise.all(seeds.map(runDeliverySchedule)))).toEqual([]);
  });

  it('fault 20: a crash after SES took the mail, before it is marked: an event marks it, or the row admits a repeat', async () => {
    const seeds = Array.from({ length: 25 }, (_, i) => 201 + i);
    const outcomes = await Promise.all(seeds.map(runDeliverySchedule));
    expect(outcomes.reduce((sum, { crashes }) => sum + crashes, 0)).toBeGreaterThan(20);
    expect(broken(outcomes)).toEqual([]);
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

  it('fault 22: hours across the change of clocks, and a clock that is five minutes fast', () => {
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
    // Fast by five minutes, it opens five minutes early and never twice: a digest has one key.
    expect(open('2026-10-25T06:55:00Z')).toBe(false);
  });
});
