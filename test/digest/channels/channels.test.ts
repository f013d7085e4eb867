import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Channel } from '../../../src/brands/channel.ts';
import { postToChannel } from '../../../src/digest/channels/post.ts';
import { slackMessage } from '../../../src/digest/channels/slack.ts';
import { WebhookBody, webhookBody } from '../../../src/digest/channels/webhook.ts';
import { composeDigest } from '../../../src/digest/compose.ts';
import { verifyWebhook } from '../../../src/sources/webhook.ts';
import { everyKind } from '../kinds.ts';
import { anInput, recoveredInput } from '../northbell.ts';

const NOW = new Date('2026-11-21T08:00:00.000Z');
const KEY = 'k'.repeat(40);
const SECRET = '/promisewatch/secrets/channels/hook';
const model = composeDigest(anInput());

let server: Server;
let received: { readonly headers: IncomingMessage['headers']; readonly body: string }[];
let answer: number | 'silence' | 'hang up';
beforeEach(async () => {
  received = [];
  answer = 200;
  server = createServer(async (request, response) => {
    received.push({ headers: request.headers, body: await text(request) });
    if (answer === 'hang up') request.socket.destroy();
    else if (typeof answer === 'number') response.writeHead(answer).end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const port = () => (server.address() as AddressInfo).port;
const url = () => `http://127.0.0.1:${port()}/hook`;
const webhook = (only: object = {}) =>
  ({
    ...Channel.parse({
      id: 'desk',
      kind: 'webhook',
      url: 'https://desk.example/hook',
      secret: SECRET,
    }),
    url: url(),
    ...only,
  }) as Channel;
const slack = Channel.parse({ id: 'team', kind: 'slack', secret: SECRET });

const post = (
  channel: Channel,
  secret: string | undefined = KEY,
  loopback = [`127.0.0.1:${port()}`],
) =>
  postToChannel(channel, { what: 'digest', model }, 'northbell/NB-0142#opened#1/00', {
    secret: async () => secret,
    now: NOW,
    allowedLoopback: loopback,
  });

describe('a webhook', () => {
  it('gets the versioned JSON with a signature over its time and its bytes', async () => {
    expect(await post(webhook())).toMatchObject({ status: 'sent' });
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    expect(WebhookBody.parse(JSON.parse(body))).toEqual(
      webhookBody(model, String(headers['promisewatch-id'])),
    );
    const signed = {
      timestamp: String(headers['promisewatch-timestamp']),
      signature: String(headers['promisewatch-signature']),
      body: Buffer.from(body),
    };
    expect(verifyWebhook(signed, [KEY], NOW)).toMatchObject({ status: 'ok' });
    const forged = { ...signed, body: Buffer.from(body.replace('31', '32')) };
    expect(verifyWebhook(forged, [KEY], NOW)).toMatchObject({ code: 'SIGNATURE_WRONG' });
  });

  it('gets the same id when a post is repeated', async () => {
    await post(webhook());
    await post(webhook());
    const ids = received.map(({ headers }) => headers['promisewatch-id']);
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(ids[1]).toBe(ids[0]);
  });

  it('is described by the schema in docs, for every kind', () => {
    const file = join(import.meta.dirname, '..', '..', '..', 'docs', 'webhook.schema.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(z.toJSONSchema(WebhookBody));
    const kinds = Object.values(everyKind).map((make) => composeDigest(make()));
    for (const each of kinds)
      expect(WebhookBody.parse(webhookBody(each, 'x')).event).toBe(each.kind);
    expect(kinds.length).toBeGreaterThan(5);
  });

  it('is not posted to with a key that could be guessed, or with none', async () => {
    expect(await post(webhook(), 'short')).toMatchObject({ status: 'refused' });
    expect(await post(webhook(), '')).toMatchObject({ status: 'refused' });
    expect(received).toEqual([]);
  });

  it('on a private network is never reached', async () => {
    for (const host of ['127.0.0.1', '169.254.169.254', '10.0.0.1', '[::1]', 'localhost'])
      expect(await post(webhook({ url: `https://${host}/` }), KEY, [])).toMatchObject({
        status: 'refused',
      });
    expect(received).toEqual([]);
  });
});

describe('an answer', () => {
  it.each([
    [204, 'sent'],
    [429, 'postponed'],
    [503, 'postponed'],
    [400, 'refused'],
    [404, 'refused'],
    [302, 'refused'],
  ])('of %i means %s', async (status, meant) => {
    answer = status;
    expect(await post(webhook())).toMatchObject({ status: meant });
  });

  it('that does not come leaves open whether the post arrived', async () => {
    answer = 'hang up';
    await expect(post(webhook())).rejects.toThrow('channel desk');
  });

  it('waits for a key that is not stored yet, and says how to store it', async () => {
    const noKey = await postToChannel(webhook(), { what: 'digest', model }, 'x', {
      secret: async () => undefined,
      now: NOW,
      allowedLoopback: [],
    });
    expect(noKey).toEqual({
      status: 'postponed',
      reason: `there is no SecureString ${SECRET}: promisewatch secrets set ${SECRET}`,
    });
  });
});

describe('Slack', () => {
  it('is posted to at the address that the secret holds, which no reason repeats', async () => {
    expect(await post(slack, url())).toMatchObject({ status: 'sent' });
    expect(JSON.parse(received[0]?.body ?? '').blocks.length).toBeGreaterThan(3);
    answer = 404;
    const refused = await post(slack, url());
    expect(refused).toMatchObject({ status: 'refused' });
    expect(JSON.stringify(refused)).not.toContain('/hook');
  });

  it('shows the headline, the three numbers, the chart and three quotes with their links', () => {
    const { blocks, text: fallback } = slackMessage(model);
    const all = JSON.stringify(blocks);
    expect(blocks[0]).toEqual({
      type: 'header',
      text: { type: 'plain_text', text: '“We answer within 60 seconds” is slipping' },
    });
    expect(all).toContain('31 mentions say it was broken in 3 days');
    expect(all).toMatch(/[▁▂▃▄▅▆▇█]{21}/);
    expect(blocks.filter(({ type }) => type === 'rich_text')).toHaveLength(3);
    expect(all).toContain('promisewatch incidents show NB-0142');
    expect(fallback).toContain('Slipping');
  });

  it('keeps within Slack’s limits for every kind', () => {
    const messages = Object.values(everyKind).map((make) => slackMessage(composeDigest(make())));
    for (const { blocks } of messages) {
      expect(blocks.length).toBeLessThanOrEqual(50);
      for (const block of blocks) {
        if (block.type === 'header') expect(block.text.text.length).toBeLessThanOrEqual(150);
        if (block.type === 'section' && block.text)
          expect(block.text.text.length).toBeLessThanOrEqual(3000);
      }
    }
    expect(messages.length).toBeGreaterThan(5);
  });

  it('takes strangers’ words literally: no mention, no formatting, no link comes out of them', () => {
    const input = recoveredInput();
    const hostile = {
      ...composeDigest(input),
      brand: { id: 'northbell', name: '<!channel> & <https://evil.example|click>', code: 'NB' },
    };
    const message = slackMessage(hostile);
    expect(message.text).not.toMatch(/<!channel>|<https/);
    const types = new Set(
      JSON.stringify(message.blocks)
        .match(/"type":"[a-z_]+"/g)
        ?.map((type) => type.slice(8, -1)),
    );
    expect(types.has('mrkdwn')).toBe(false);
  });
});

describe('a channel, which has no section on what was read,', () => {
  const everything = composeDigest((everyKind['opened-everything'] ?? anInput)());
  const missing =
    'Part of the picture is missing: Out of Reach cannot be read; Quiet Corner has fallen silent.';

  it('names what could not be read, and says nothing of it where all was', () => {
    expect(slackMessage(everything).blocks).toContainEqual({
      type: 'section',
      text: { type: 'plain_text', text: missing },
    });
    expect(webhookBody(everything, 'x').summary.at(-1)).toBe(missing);
    for (const message of [slackMessage(model), webhookBody(model, 'x')])
      expect(JSON.stringify(message)).not.toContain('Part of the picture');
  });

  it('is told each thing once in the line that a phone shows', () => {
    const line = (kind: string) => slackMessage(composeDigest((everyKind[kind] ?? anInput)())).text;
    expect(line('opened')).toBe(
      '“We answer within 60 seconds” is slipping. Slipping: 31 in 3 days, 9.2 usual (3.3×). Since Wed 18 Nov.',
    );
    expect(line('weekly-pulse')).toBe('Weekly pulse: A quiet week for Northbell. 14–20 Nov 2026.');
  });

  it('says how a mention was judged where it stands without its incident', () => {
    const first = JSON.stringify(
      slackMessage(composeDigest((everyKind['first-reading'] ?? anInput)())),
    );
    expect(first).toContain('Judged kept: “We answer within 60 seconds”');
    expect(JSON.stringify(slackMessage(model))).not.toContain('Judged');
  });
});
