import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMailService, type MailRules } from '../../../local/stand-ins/mail.ts';
import { openOutbox } from '../../../local/stand-ins/outbox.ts';

const AT = new Date('2026-03-02T08:00:00Z');

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mail-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const simple = {
  Subject: { Data: 'Größe' },
  Body: { Text: { Data: 'text' }, Html: { Data: '<p>text</p>' } },
};

const request = (change: object = {}) => ({
  FromEmailAddress: 'Digest <digest@example.com>',
  Destination: { ToAddresses: ['reader@example.org'] },
  Content: { Simple: simple },
  ...change,
});

function open(rules: Partial<MailRules> = {}) {
  const outbox = openOutbox(folder);
  const all = { identities: ['example.com'], sandbox: false, ...rules };
  return {
    outbox,
    mail: createMailService(
      outbox,
      all,
      'eu-west-1',
      () => AT,
      () => {},
    ),
  };
}

describe('a mail that SES takes', () => {
  it('is kept as the message that a mail program would get', async () => {
    const { outbox, mail } = open();
    const Headers = [{ Name: 'List-Unsubscribe', Value: '<mailto:stop@example.com>' }];
    const Attachments = [
      {
        FileName: 'data.csv',
        ContentType: 'text/csv',
        RawContent: Buffer.from('a,b\n').toString('base64'),
      },
    ];
    const answer = await mail.send(
      request({ Content: { Simple: { ...simple, Headers, Attachments } } }),
    );
    const [kept] = outbox.list();
    expect(JSON.parse(answer.body)).toEqual({ MessageId: kept?.id });
    const parsed = await PostalMime.parse(await readFile(kept?.file ?? ''));
    expect(parsed).toMatchObject({
      subject: 'Größe',
      from: { name: 'Digest', address: 'digest@example.com' },
      to: [{ address: 'reader@example.org' }],
      messageId: `<${kept?.id}@eu-west-1.amazonses.com>`,
      date: '2026-03-02T08:00:00.000Z',
      text: 'text\n',
      html: '<p>text</p>\n',
      attachments: [{ filename: 'data.csv', mimeType: 'text/csv' }],
    });
    expect(parsed.headers).toContainEqual(
      expect.objectContaining({ key: 'list-unsubscribe', value: '<mailto:stop@example.com>' }),
    );
  });

  it('gets the same id and the same bytes in an equal run, and another in the same one', async () => {
    const first = open();
    await first.mail.send(request());
    await first.mail.send(request());
    const [one, two] = first.outbox.list();
    expect(one?.id).not.toBe(two?.id);
    const bytes = await readFile(one?.file ?? '', 'utf8');
    await rm(folder, { recursive: true });
    const again = open();
    await again.mail.send(request());
    expect(again.outbox.list()[0]?.id).toBe(one?.id);
    expect(await readFile(again.outbox.list()[0]?.file ?? '', 'utf8')).toBe(bytes);
  });

  it('may come raw, and is kept to the byte', async () => {
    const { outbox, mail } = open();
    const raw = 'From: digest@example.com\r\nSubject: raw\r\nX-Own: yes\r\n\r\nbody\r\n';
    await mail.send(request({ Content: { Raw: { Data: Buffer.from(raw).toString('base64') } } }));
    const [kept] = outbox.list();
    expect(kept).toMatchObject({ subject: 'raw', text: 'body\n' });
    expect(await readFile(kept?.file ?? '', 'utf8')).toBe(raw);
  });

  it('is still there for the next run', async () => {
    const { outbox, mail } = open();
    await mail.send(request());
    expect(openOutbox(folder).list()).toEqual(outbox.list());
  });
});

const to = (...ToAddresses: string[]) => ({ Destination: { ToAddresses } });
const headers = (...Headers: object[]) => ({ Content: { Simple: { ...simple, Headers } } });

describe('a mail that SES refuses', () => {
  it.each([
    ['no recipient', to(), 'Destination must contain at least one recipient.'],
    [
      '51 recipients',
      to(...Array.from({ length: 51 }, (_, n) => `r${n}@example.org`)),
      'Recipient count exceeds 50.',
    ],
    ['an address without a domain', to('reader'), "Missing final '@domain'"],
    ['white space in a domain', to('reader@exam ple.org'), 'Domain contains control or whitespace'],
    ['two addresses in one', to('a@example.org,b@example.org'), 'Illegal address'],
    ['a line break in an address', to('a@example.org\r\nBcc: b@example.org'), 'Illegal address'],
    ['a bad sender', { FromEmailAddress: 'digest' }, "Missing final '@domain'"],
    [
      'a header of its own',
      headers({ Name: 'Message-ID', Value: 'x' }),
      'Invalid header name: Message-ID',
    ],
    [
      'a header with a line break',
      headers({ Name: 'X-A', Value: 'x\r\nBcc: y' }),
      'Invalid value of header X-A',
    ],
    [
      '16 headers',
      headers(...Array.from({ length: 16 }, (_, n) => ({ Name: `X-${n}`, Value: 'x' }))),
      'A message may add at most 15 headers.',
    ],
    [
      'no content',
      { Content: { Simple: { ...simple, Body: {} } } },
      'The message body must have a text or an HTML part.',
    ],
  ])('has %s', async (_what, change, message) => {
    const { outbox, mail } = open();
    const answer = await mail.send(request(change));
    expect(answer).toMatchObject({
      status: 400,
      headers: { 'x-amzn-errortype': 'BadRequestException' },
      body: JSON.stringify({ message }),
    });
    expect(outbox.list()).toEqual([]);
  });

  it('comes from a sender nobody verified', async () => {
    const { mail } = open({ identities: ['other.example'] });
    expect(await mail.send(request())).toMatchObject({
      status: 400,
      headers: { 'x-amzn-errortype': 'MessageRejected' },
      body: expect.stringContaining('failed the check in region EU-WEST-1: digest@example.com'),
    });
  });

  it('goes, in the sandbox, to a recipient nobody verified', async () => {
    const sandbox = open({ sandbox: true });
    expect((await sandbox.mail.send(request())).body).toContain('reader@example.org');
    const verified = open({ sandbox: true, identities: ['example.com', 'reader@example.org'] });
    expect((await verified.mail.send(request())).status).toBe(200);
  });
});

describe('the identity a permission is checked on', () => {
  it.each([
    ['digest@example.com', ['example.com'], 'example.com'],
    ['Digest <digest@mail.example.com>', ['example.com'], 'example.com'],
    ['digest@example.com', ['digest@example.com'], 'digest@example.com'],
    ['digest@example.com', undefined, 'example.com'],
  ])('%s with %j is %s', (FromEmailAddress, identities, expected) => {
    const { mail } = open({ identities });
    expect(mail.identityOf({ FromEmailAddress })).toBe(expected);
  });
});
