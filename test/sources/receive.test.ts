import { beforeEach, describe, expect, it } from 'vitest';
import { Brand } from '../../src/brands/brand.ts';
import type { Mention } from '../../src/mentions/mention.ts';
import { toMention } from '../../src/mentions/normalise.ts';
import {
  receive,
  WEBHOOK_MAX_BYTES,
  WEBHOOK_REFUSALS,
  type WebhookPost,
} from '../../src/sources/receive.ts';
import { webhookSignature } from '../../src/sources/webhook.ts';

const now = new Date('2026-10-20T12:00:00Z');
const SECRET = 'a secret of thirty-two characters';
const brand = Brand.parse({
  id: 'northbell',
  name: 'Northbell',
  code: 'NB',
  sources: [
    { id: 'shop', name: 'Shop', connector: 'webhook', secret: '/promisewatch/secrets/shop' },
    { id: 'old', name: 'Old', connector: 'import' },
  ],
});
const entry = {
  id: 'o-1',
  text: 'I waited forty minutes.',
  rating: 2,
  author: 'Ines',
  publishedAt: '2026-10-20T11:00:00+01:00',
  url: 'https://shop.example/o-1',
  language: 'en-GB',
};

let queued: (Mention & { deletion?: true })[];
let taken: Map<string, Date>;
let stored: string | undefined;
let isQueueDown: boolean;
beforeEach(() => {
  queued = [];
  taken = new Map();
  stored = SECRET;
  isQueueDown = false;
});

function post(body: unknown, changes: Partial<WebhookPost> = {}, secret = SECRET): WebhookPost {
  const bytes =
    body instanceof Uint8Array
      ? body
      : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const timestamp = String(now.getTime() / 1000);
  const signature = webhookSignature(secret, timestamp, bytes);
  return { method: 'POST', path: '/shop', timestamp, signature, body: bytes, ...changes };
}

function send(request: WebhookPost, at = now) {
  return receive(request, at, {
    find: (id) => {
      const source = brand.sources.find((one) => one.id === id);
      return source && { brand, source };
    },
    secret: async () => stored,
    received: {
      has: async (key) => taken.has(key),
      add: async (key, until) => void taken.set(key, until),
    },
    queue: {
      send: async (messages) => {
        if (isQueueDown) throw new Error('the queue is down');
        queued.push(...(messages as Mention[]));
      },
    },
    normalise: (item, of, source, fetchedAt) =>
      toMention(item, {
        brand: of,
        source,
        timeZone: 'Europe/London',
        authorKey: 'k'.repeat(32),
        retentionDays: 90,
        fetchedAt,
      }),
  });
}

describe('a signed request', () => {
  it('queues its mentions as every source does', async () => {
    expect(await send(post({ mentions: [entry] }))).toEqual({
      status: 202,
      body: { status: 'received', queued: 1, deleted: 0, rejected: [] },
    });
    expect(queued).toMatchObject([
      {
        source: 'shop',
        kind: 'webhook',
        text: 'I waited forty minutes.',
        rating: { value: 2 },
        lang: 'en',
        publishedAt: '2026-10-20T10:00:00.000Z',
        bucketDay: '2026-10-20',
      },
    ]);
    expect(JSON.stringify(queued)).not.toContain('Ines');
  });

  it('that comes twice does nothing the second time, and says so', async () => {
    const request = post({ mentions: [entry] });
    await send(request);
    expect(await send(request)).toEqual({ status: 200, body: { status: 'already received' } });
    expect(queued).toHaveLength(1);
    expect([...taken.values()]).toEqual([new Date(now.getTime() + 600_000)]);
  });

  it('that could not be queued is taken when it is sent again', async () => {
    const request = post({ mentions: [entry] });
    isQueueDown = true;
    await expect(send(request)).rejects.toThrow('the queue is down');
    isQueueDown = false;
    expect(await send(request)).toMatchObject({ status: 202 });
    expect(queued).toHaveLength(1);
  });

  it('marks what was deleted, edits under one id, and names each entry that it cannot take', async () => {
    const reply = await send(
      post({
        mentions: [
          entry,
          { ...entry, text: 'Solved now.' },
          { id: 'o-2', deleted: true },
          { id: 'o-3', rating: 4 },
          { id: 'o-4' },
          { text: 'no id' },
          { ...entry, id: 'o-5', publishedAt: '03/04/2026' },
          { ...entry, id: 'o-6', stars: 5 },
          { ...entry, id: 'o-7', publishedAt: '2020-01-01T00:00:00Z' },
          null,
          { ...entry, id: 'o-8', rating: 9 },
          { ...entry, id: 'o-9', rating: 9, scale: 10 },
        ],
      }),
    );
    expect(reply.body).toMatchObject({ queued: 3, deleted: 1 });
    const rejected = reply.body['rejected'] as { entry: number; reason: string }[];
    expect(rejected.map((one) => one.entry)).toEqual([4, 5, 6, 7, 8, 9, 10]);
    expect(rejected.at(-1)?.reason).toBe(
      'rating: must be from 0 to scale (5 if not said); 0 is no rating',
    );
    expect(rejected[0]?.reason).toBe('no-text');
    expect(rejected[1]?.reason).toContain('id: ');
    expect(rejected[2]?.reason).toContain('publishedAt: ');
    expect(rejected[3]?.reason).toBe('Unrecognized key: "stars"');
    expect(rejected[4]?.reason).toBe('too-old');
    expect(queued.map(({ text }) => text)).toEqual(['Solved now.', '', entry.text, undefined]);
    expect(queued.at(-1)).toMatchObject({ deletion: true, source: 'shop' });
  });

  it('may be signed with the old secret while it is replaced', async () => {
    stored = `a new secret of thirty-two characters\n${SECRET}\n`;
    expect(await send(post({ mentions: [entry] }))).toMatchObject({ status: 202 });
  });
});

describe('a request that is not taken', () => {
  const good = { mentions: [entry] };
  it.each<[string, () => WebhookPost, keyof typeof WEBHOOK_REFUSALS]>([
    ['a GET', () => post(good, { method: 'GET' }), 'METHOD_NOT_ALLOWED'],
    ['an unknown source', () => post(good, { path: '/nobody' }), 'UNKNOWN_SOURCE'],
    ['a source of another kind', () => post(good, { path: '/old' }), 'UNKNOWN_SOURCE'],
    ['a path that climbs', () => post(good, { path: '/shop/../old' }), 'UNKNOWN_SOURCE'],
    ['no source at all', () => post(good, { path: '/' }), 'UNKNOWN_SOURCE'],
    ['too large a body', () => post(Buffer.alloc(WEBHOOK_MAX_BYTES + 1)), 'BODY_TOO_LARGE'],
    ['no signature', () => post(good, { signature: null }), 'NOT_SIGNED'],
    ['no timestamp', () => post(good, { timestamp: null }), 'NOT_SIGNED'],
    ['an odd timestamp', () => post(good, { timestamp: '1e9' }), 'TIMESTAMP_INVALID'],
    ['another secret', () => post(good, {}, 'x'.repeat(32)), 'SIGNATURE_WRONG'],
    ['another body', () => post(good, { body: Buffer.from('{}') }), 'SIGNATURE_WRONG'],
    ['another time', () => post(good, { timestamp: '1792497601' }), 'SIGNATURE_WRONG'],
    ['no JSON', () => post('mentions'), 'BODY_UNREADABLE'],
    ['no mentions', () => post({ mentions: [] }), 'BODY_UNREADABLE'],
    [
      'too many mentions',
      () => post({ mentions: Array.from({ length: 201 }, () => 1) }),
      'BODY_UNREADABLE',
    ],
    ['broken UTF-8', () => post(Buffer.from([0x7b, 0xff, 0x7d])), 'BODY_UNREADABLE'],
    ['deep JSON', () => post('['.repeat(200_000)), 'BODY_UNREADABLE'],
  ])('for %s has a code, a sentence and a remedy', async (_, request, code) => {
    const { status, message, remedy } = WEBHOOK_REFUSALS[code];
    expect(await send(request())).toEqual({ status, body: { code, message, remedy } });
    expect(queued).toEqual([]);
    expect(taken.size).toBe(0);
  });

  it('six minutes late is a replay', async () => {
    const late = new Date(now.getTime() + 360_000);
    expect(await send(post(good), late)).toMatchObject({ body: { code: 'TIMESTAMP_OLD' } });
  });

  it.each([undefined, '', 'short', `${SECRET}\nshort`])(
    'for want of a secret (%j) is told to the operator and signs nothing',
    async (value) => {
      stored = value;
      expect(await send(post(good, {}, value || 'x'))).toMatchObject({
        status: 503,
        body: { code: 'SECRET_UNUSABLE' },
      });
    },
  );
});
