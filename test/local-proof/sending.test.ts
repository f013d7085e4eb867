import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NORTHBELL_FILE, northbellBytes } from '../../bin/local-run/northbell.ts';
import { type LocalRun, openRun, ROOT } from '../../bin/local-run/open-run.ts';
import { readConfigFile } from '../../bin/read-config-file.ts';
import { virtualClock } from '../../local/clock.ts';
import type { MailFault } from '../../local/stand-ins/mail.ts';
import { dynamoDigestStore } from '../../src/adapters/dynamodb/digests.ts';
import { dynamoRecipientStates } from '../../src/adapters/dynamodb/recipients.ts';
import { dynamoTable, type Table } from '../../src/adapters/dynamodb/table.ts';
import { Recipient } from '../../src/brands/brand.ts';
import { Channel } from '../../src/brands/channel.ts';
import { channelHash, recipientHash } from '../../src/digest/addressees.ts';
import { composeDigest } from '../../src/digest/compose.ts';
import { anInput } from '../digest/northbell.ts';
import { synthesise } from '../lib/synthesise.ts';

/** The deployed functions, from the template, against the local SES on a bad day. */

const STARTS = '2026-11-21T09:00:00.000Z';
const MODEL = composeDigest(anInput());
const PEOPLE = {
  well: 'ana@northbell.example',
  gone: 'bounce@simulator.amazonses.com',
  cross: 'complaint@simulator.amazonses.com',
  lost: 'lost-answer@northbell.example',
  silent: 'lost-events@northbell.example',
  busy: 'throttled@northbell.example',
};
type Person = keyof typeof PEOPLE;

const SECRET = '/promisewatch/secrets/channels/slack';
const posts: string[] = [];
/** Broken for the first post. */
const slack = createServer(async (request, response) => {
  posts.push(await text(request));
  response.writeHead(posts.length === 1 ? 503 : 200).end('ok');
});

let folder: string;
let run: LocalRun;
let table: Table;
const clock = virtualClock(STARTS);
let number = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'promisewatch-sending-'));
  await new Promise<void>((resolve) => slack.listen(0, '127.0.0.1', resolve));
  const hook = `http://127.0.0.1:${(slack.address() as AddressInfo).port}/hook`;
  const example = readConfigFile(join(ROOT, NORTHBELL_FILE), ROOT);
  const config = {
    ...example,
    brands: example.brands.map((brand) => ({
      ...brand,
      sources: [],
      recipients: Object.values(PEOPLE).map((email) => Recipient.parse({ email })),
      channels: [Channel.parse({ id: 'team', kind: 'slack', secret: SECRET })],
    })),
  };
  run = await openRun({
    config,
    clock,
    dataDir: join(folder, 'state'),
    randomBytes: northbellBytes,
    loopbackChannels: [new URL(hook).host],
    mailFault: ({ to }) => faults.get(to)?.shift(),
  });
  await run.stack.ssm.send(
    new PutParameterCommand({ Name: SECRET, Value: hook, Type: 'SecureString' }),
  );
  table = dynamoTable(run.stack.dynamodb, run.stack.tableName);
}, 120_000);

afterAll(async () => {
  await run?.close();
  slack.close();
  rmSync(folder, { recursive: true, force: true });
});

const faults = new Map<string, MailFault[]>([
  [PEOPLE.lost, ['answer lost']],
  [PEOPLE.silent, ['answer and events lost']],
  [PEOPLE.busy, ['throttled']],
]);

/** Freezes one more digest of an incident of its own, and lets the deployed function send it. */
async function another(): Promise<string> {
  number += 1;
  const key = `NB-${String(number).padStart(4, '0')}#opened#1`;
  await dynamoDigestStore(table).freeze({
    brand: 'northbell',
    key,
    kind: 'opened',
    incidents: [number],
    seq: 1,
    createdAt: clock.now().toISOString(),
    serious: true,
    promises: ['answer-60s'],
    model: JSON.stringify(MODEL),
  });
  await deliverNow();
  return key;
}

async function deliverNow(): Promise<void> {
  const { outcome } = await run.aws.invoke(run.functions.get('deliver') ?? '', {});
  expect(outcome).toBe('succeeded');
  await run.aws.drain();
}

async function sendTo(person: Person, key: string) {
  const sends = await dynamoDigestStore(table).sends('northbell', key);
  return sends.find(({ recipient }) => recipient === recipientHash(PEOPLE[person]));
}

const mailsTo = (person: Person) =>
  run.aws.outbox.list().filter(({ to }) => to.includes(PEOPLE[person]));

/** Sum of one of the stack's metrics over the logs of a function: what its alarm looks at. */
function measured(metric: string): number {
  return readdirSync(run.aws.logFolder)
    .flatMap((name) => readFileSync(join(run.aws.logFolder, name), 'utf8').split('\n'))
    .filter((line) => line.includes(metric))
    .map((line) => {
      const { message } = JSON.parse(line);
      return typeof message === 'string' ? Number(JSON.parse(message)[metric] ?? 0) : 0;
    })
    .reduce((sum, value) => sum + value, 0);
}

/** Properties of an alarm of the deployed template. */
function alarm(name: string): Record<string, unknown> {
  const found = synthesise()
    .ofType('AWS::CloudWatch::Alarm')
    .find(({ properties }) => properties.AlarmName === `acme-watch-${name}`);
  return found?.properties;
}

describe('a digest on a bad day', () => {
  let first: string;
  beforeAll(async () => {
    first = await another();
  }, 60_000);

  it('is delivered, and the outbox knows it', async () => {
    expect(await sendTo('well', first)).toMatchObject({ state: 'sent', delivery: 'delivered' });
  });

  it('is marked sent by its event where SES’s answer was lost, and not sent again', async () => {
    const send = await sendTo('lost', first);
    expect(send).toMatchObject({ state: 'sent', attempt: 1, possibleDuplicate: false });
    expect(send?.messageId).toBe(mailsTo('lost')[0]?.id);
  });

  it('pauses a person whose mailbox refuses it, and one who complains, and raises mail-refused', async () => {
    expect(await sendTo('gone', first)).toMatchObject({ state: 'sent', delivery: 'bounced' });
    expect(await sendTo('cross', first)).toMatchObject({ delivery: 'complained' });
    const people = dynamoRecipientStates(table);
    expect((await people.get(recipientHash(PEOPLE.gone)))?.paused?.why).toBe('bounced');
    expect((await people.get(recipientHash(PEOPLE.cross)))?.paused?.why).toBe('complained');
    expect(measured('MailsRefused')).toBe(2);
    expect(alarm('mail-refused')['Threshold']).toBe(1);
  });

  it('is tried again where SES was busy, and repeated once where nobody ever heard of it', async () => {
    expect(await sendTo('busy', first)).toMatchObject({ state: 'postponed' });
    expect(await sendTo('silent', first)).toMatchObject({ state: 'claimed' });
    if (clock.kind === 'virtual') clock.jumpTo(new Date(clock.now().getTime() + 15 * 60_000));
    await deliverNow();
    expect(await sendTo('busy', first)).toMatchObject({ state: 'sent', possibleDuplicate: false });
    expect(await sendTo('silent', first)).toMatchObject({ state: 'sent', possibleDuplicate: true });
    expect(posts).toHaveLength(2);
    expect(JSON.parse(posts[1] ?? '').blocks[0].text.text).toContain('is slipping');
    const counts = (Object.keys(PEOPLE) as Person[]).map((person) => mailsTo(person).length);
    expect(counts).toEqual([1, 1, 1, 1, 2, 1]);
  });
});

it('goes on to people although a channel is broken, and to the channel when it is mended', async () => {
  const team = channelHash('northbell', 'team');
  const [send] = (await dynamoDigestStore(table).sends('northbell', 'NB-0001#opened#1')).filter(
    ({ recipient }) => recipient === team,
  );
  expect(send).toMatchObject({ state: 'sent', attempt: 2, possibleDuplicate: false });
});

it('brings about bounces-or-complaints: the rates are over the limits in its expression', () => {
  const [{ Expression } = { Expression: '' }] = alarm('bounces-or-complaints')['Metrics'] as {
    Expression: string;
  }[];
  const limit = (of: string) =>
    Number(new RegExp(`FILL\\(${of}, 0\\) >= ([\\d.]+)`).exec(Expression)?.[1]);
  const { bounceRate, complaintRate } = run.aws.mailReputation();
  expect([limit('bounces'), limit('complaints')]).toEqual([0.02, 0.001]);
  expect(bounceRate).toBeGreaterThan(limit('bounces'));
  expect(complaintRate).toBeGreaterThan(limit('complaints'));
});

describe('the next digest', () => {
  it('is kept from those who are paused, with the reason', async () => {
    const next = await another();
    expect(await sendTo('well', next)).toMatchObject({ state: 'sent' });
    for (const person of ['gone', 'cross'] as const) {
      const send = await sendTo(person, next);
      expect(send).toMatchObject({ state: 'suppressed', messageId: null });
      expect(send?.reason).toMatch(/^paused since 2026-11-21: /);
      expect(mailsTo(person)).toHaveLength(1);
    }
    expect(await dynamoDigestStore(table).waiting()).toEqual([]);
  });
});

describe('one click', () => {
  const linkIn = async (): Promise<string> => {
    const { file, html, text } = mailsTo('well').at(-1) ?? { file: '', html: '', text: '' };
    const { headers } = await PostalMime.parse(readFileSync(file));
    const value = (name: string) => headers.find(({ key }) => key === name)?.value ?? '';
    expect(value('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    const url = /^<(http[^>]+)>$/.exec(value('list-unsubscribe').replace(/\s/g, ''))?.[1] ?? '';
    expect(html).toContain(url);
    expect(text).toContain(url);
    expect(`${html}${text}`).not.toContain('amazonSESUnsubscribeUrl');
    return url;
  };

  it('changes nothing when a scanner only looks', async () => {
    const { status } = await fetch(await linkIn());
    await run.aws.drain();
    expect(status).toBe(200);
    expect(await sendTo('well', await another())).toMatchObject({ state: 'sent' });
  });

  it('keeps every later digest of that brand from the person who asked', async () => {
    const before = mailsTo('well').length;
    await fetch(await linkIn(), { method: 'POST', body: 'List-Unsubscribe=One-Click' });
    await run.aws.drain();
    const send = await sendTo('well', await another());
    expect(send).toMatchObject({ state: 'suppressed', reason: 'unsubscribed on 2026-11-21' });
    expect(mailsTo('well')).toHaveLength(before);
  });
});

it('needs no permission that its roles lack', () => {
  expect(run.aws.policyReport().denied).toEqual([]);
});
