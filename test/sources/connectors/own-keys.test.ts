import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { appStoreConnect } from '../../../src/sources/connectors/app-store-connect.ts';
import {
  googleBusinessProfile,
  original,
} from '../../../src/sources/connectors/google-business-profile.ts';
import { googlePlay } from '../../../src/sources/connectors/google-play.ts';
import { trustpilot } from '../../../src/sources/connectors/trustpilot.ts';
import { type Answer, common, itemsOf, service } from './answers.ts';

const secret = '/promisewatch/secrets/key';
const NOW_SECONDS = Date.parse('2026-10-20T12:00:00.000Z') / 1000;

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = (key: typeof ec.privateKey) => key.export({ type: 'pkcs8', format: 'pem' }).toString();

/** Header and claims of a token whose signature is checked on the way. */
function opened(token: string, publicKey: typeof ec.publicKey) {
  const [head = '', claims = '', signature = ''] = token.split('.');
  const key = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }));
  const isEc = key.asymmetricKeyType === 'ec';
  const valid = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key, ...(isEc ? { dsaEncoding: 'ieee-p1363' as const } : {}) },
    Buffer.from(signature, 'base64url'),
  );
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
  return { valid, header: read(head), claims: read(claims) };
}

describe('App Store Connect', () => {
  const settings = {
    ...common,
    connector: 'app-store-connect' as const,
    app: '1001',
    secret,
    kind: 'review' as const,
  };
  const key = { issuerId: 'issuer-0001', keyId: 'KEY0001', privateKey: pem(ec.privateKey) };
  const review = (id: string) => ({
    id,
    attributes: {
      rating: 1,
      title: 'No',
      body: 'It never opens.',
      reviewerNickname: 'moss',
      createdDate: '2026-10-19T03:00:00-07:00',
    },
  });
  const given = { secrets: { [secret]: JSON.stringify(key) } };

  it('is asked with a token that Apple can verify and that ends within 20 minutes', async () => {
    const { context, sent } = service(() => ({ json: { data: [review('c1')] } }), given);
    expect(itemsOf(await appStoreConnect.read(settings, context))).toMatchObject([
      { nativeId: 'c1', publishedAt: '2026-10-19T10:00:00.000Z', rating: { score: 1 } },
    ]);
    const [scheme, token = ''] = (sent[0]?.request.headers?.['authorization'] ?? '').split(' ');
    expect(scheme).toBe('Bearer');
    expect(opened(token, ec.publicKey)).toMatchObject({
      valid: true,
      header: { alg: 'ES256', kid: 'KEY0001', typ: 'JWT' },
      claims: {
        iss: 'issuer-0001',
        aud: 'appstoreconnect-v1',
        iat: NOW_SECONDS,
        exp: NOW_SECONDS + 900,
      },
    });
  });

  it('takes a key whose line breaks became letters on the way into SSM', async () => {
    const escaped = { ...key, privateKey: key.privateKey.replaceAll('\n', '\\n') };
    const { context } = service(() => ({ json: { data: [] } }), {
      secrets: { [secret]: JSON.stringify(escaped) },
    });
    expect((await appStoreConnect.read(settings, context)).status).toBe('ok');
  });

  it.each([
    ['of another kind', pem(rsa.privateKey)],
    ['that is none', 'x'.repeat(200)],
    ['of another curve', pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey)],
  ])('sends nothing with a key %s', async (_, privateKey) => {
    const { context, sent } = service(() => ({ json: { data: [] } }), {
      secrets: { [secret]: JSON.stringify({ ...key, privateKey }) },
    });
    expect(await appStoreConnect.read(settings, context)).toMatchObject({
      code: 'SECRET_UNREADABLE',
    });
    expect(sent).toHaveLength(0);
  });

  it('follows pages at the first read, but never to another host, where the token would go along', async () => {
    const next = (address: string) => (): Answer => ({
      json: { data: [review('c1')], links: { next: address } },
    });
    const own = service(
      next('https://api.appstoreconnect.apple.com/v1/apps/1001/customerReviews?cursor=A'),
      given,
    );
    await appStoreConnect.read(settings, own.context);
    expect(own.sent).toHaveLength(10);
    for (const address of [
      'https://api.appstoreconnect.apple.com.evil.example/v1',
      'http://api.appstoreconnect.apple.com/v1',
      'https://169.254.169.254/latest',
      'nonsense',
    ]) {
      const evil = service(next(address), given);
      expect((await appStoreConnect.read(settings, evil.context)).status).toBe('ok');
      expect(evil.sent).toHaveLength(1);
    }
  });

  it('reads one page once the history is known', async () => {
    const { context, sent } = service(
      () => ({
        json: {
          data: [review('c1')],
          links: { next: 'https://api.appstoreconnect.apple.com/v1/x' },
        },
      }),
      { ...given, cursor: 'history read' },
    );
    expect(await appStoreConnect.read(settings, context)).toMatchObject({ cursor: 'history read' });
    expect(sent).toHaveLength(1);
  });

  it('says that the key is refused', async () => {
    const { context } = service(() => ({ failure: 'FORBIDDEN' }), given);
    expect(await appStoreConnect.read(settings, context)).toMatchObject({ code: 'KEY_REFUSED' });
  });
});

describe('Google Play', () => {
  const settings = {
    ...common,
    connector: 'google-play' as const,
    package: 'com.northbell.app',
    secret,
    kind: 'review' as const,
  };
  const account = {
    type: 'service_account',
    client_email: 'watch@northbell.example',
    private_key: pem(rsa.privateKey),
    private_key_id: 'k1',
  };
  const given = { secrets: { [secret]: JSON.stringify(account) } };
  const review = {
    reviewId: 'p1',
    authorName: 'Moss',
    comments: [
      { developerComment: { text: 'Sorry to hear that' } },
      {
        userComment: {
          text: 'Broken\tSince the update it signs me out.',
          lastModified: { seconds: '1792000000', nanos: 1 },
          starRating: 2,
          reviewerLanguage: 'en_GB',
        },
      },
    ],
  };
  const respond = (url: URL): Answer =>
    url.hostname === 'oauth2.googleapis.com'
      ? { json: { access_token: 'access-1', expires_in: 3599 } }
      : { json: { reviews: [review] } };

  it('exchanges a signed assertion for a token, once for several reads', async () => {
    const { context, sent } = service(respond, given);
    const answer = await googlePlay.read(settings, context);
    await googlePlay.read(settings, context);
    expect(itemsOf(answer)).toMatchObject([
      {
        nativeId: 'p1',
        title: 'Broken',
        text: 'Since the update it signs me out.',
        rating: { score: 2 },
        language: 'en',
        publishedAt: new Date(1_792_000_000_000).toISOString(),
      },
    ]);
    const logins = sent.filter(({ url }) => url.hostname === 'oauth2.googleapis.com');
    expect(logins).toHaveLength(1);
    const form = new URLSearchParams(logins[0]?.request.post);
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    expect(opened(form.get('assertion') ?? '', rsa.publicKey)).toMatchObject({
      valid: true,
      header: { alg: 'RS256', kid: 'k1' },
      claims: { iss: 'watch@northbell.example', exp: NOW_SECONDS + 3600 },
    });
    expect(sent[1]?.request.headers).toEqual({ authorization: 'Bearer access-1' });
  });

  it('counts no reviews at all as none, since Google leaves the list out then', async () => {
    const { context } = service(
      (url) => (url.hostname.startsWith('oauth2') ? respond(url) : { json: {} }),
      given,
    );
    expect(await googlePlay.read(settings, context)).toMatchObject({ items: [], windowed: true });
  });

  it.each<[string, Answer, string]>([
    ['is refused', { failure: 'HTTP_ERROR' }, 'KEY_REFUSED'],
    ['brings no token', { json: { token_type: 'Bearer' } }, 'ANSWER_UNREADABLE'],
    ['brings a page', { text: '<html>' }, 'ANSWER_NOT_JSON'],
    ['does not come', { failure: 'TOTAL_TIMEOUT' }, 'TOTAL_TIMEOUT'],
  ])('fails with the reason when the exchange %s', async (_, given2, code) => {
    const { context, sent } = service(() => given2, given);
    expect(await googlePlay.read(settings, context)).toMatchObject({ status: 'failed', code });
    expect(sent).toHaveLength(1);
  });
});

describe('Google Business Profile', () => {
  const settings = {
    ...common,
    connector: 'google-business-profile' as const,
    account: '11',
    location: '22',
    secret,
    kind: 'review' as const,
  };
  const client = {
    client_id: 'client-0001',
    client_secret: 'abc-123',
    refresh_token: 'refresh-0001',
  };
  const given = { secrets: { [secret]: JSON.stringify(client) } };
  const review = (n: number, more: object = {}) => ({
    reviewId: `r${n}`,
    reviewer: { displayName: 'Moss', isAnonymous: false },
    starRating: 'TWO',
    comment: 'Waited an hour.',
    createTime: '2026-10-19T10:00:00Z',
    updateTime: '2026-10-19T11:00:00Z',
    ...more,
  });
  const respond =
    (pages: readonly object[]) =>
    (url: URL): Answer =>
      url.hostname === 'oauth2.googleapis.com'
        ? { json: { access_token: 'access-1', expires_in: 3599 } }
        : { json: pages[Number(url.searchParams.get('pageToken') ?? 0)] };

  it('reads the pages of the history once, and the first page from then on', async () => {
    const pages = [{ reviews: [review(1)], nextPageToken: '1' }, { reviews: [review(2)] }];
    const first = service(respond(pages), given);
    const answer = await googleBusinessProfile.read(settings, first.context);
    expect(itemsOf(answer)).toHaveLength(2);
    expect(first.sent[1]?.url.pathname).toBe('/v4/accounts/11/locations/22/reviews');
    const cursor = answer.status === 'ok' ? (answer.cursor ?? null) : null;
    const later = service(respond(pages), { ...given, cursor });
    expect(itemsOf(await googleBusinessProfile.read(settings, later.context))).toHaveLength(1);
  });

  it('takes stars that are words, and nobody’s name from those who hide theirs', async () => {
    const anonymous = { reviewer: { displayName: 'A Google User', isAnonymous: true } };
    const { context } = service(
      respond([
        {
          reviews: [
            review(1, { starRating: 'FIVE' }),
            review(2, { starRating: 'STAR_RATING_UNSPECIFIED', ...anonymous }),
          ],
        },
      ]),
      given,
    );
    expect(itemsOf(await googleBusinessProfile.read(settings, context))).toMatchObject([
      { rating: { score: 5, scale: 5 }, author: 'Moss' },
      { rating: null, author: null },
    ]);
  });

  it.each([
    ['Zu lange gewartet', 'Zu lange gewartet'],
    [
      '(Translated by Google) Waited too long\n\n(Original)\nZu lange gewartet',
      'Zu lange gewartet',
    ],
    ['Zu lange gewartet\n\n(Translated by Google)\nWaited too long', 'Zu lange gewartet'],
    ['They said (Original) parts only', 'They said (Original) parts only'],
  ])('keeps the words of the author of %j', (comment, words) => {
    expect(original(comment)).toBe(words);
  });
});

describe('Trustpilot', () => {
  const settings = {
    ...common,
    connector: 'trustpilot' as const,
    businessUnit: 'a'.repeat(24),
    secret,
    kind: 'review' as const,
  };

  it('sends the key as a header, never in the address', async () => {
    const { context, sent } = service(() => ({ json: { reviews: [] } }), {
      secrets: { [secret]: 'key-00000001\n' },
    });
    await trustpilot.read(settings, context);
    expect(sent[0]?.request.headers).toEqual({ apikey: 'key-00000001' });
    expect(sent[0]?.url.href).not.toContain('key-0000');
  });

  it.each(['', 'two words', 'line\nbreak: x', 'é'.repeat(10)])(
    'sends nothing with the key %j, which no header can carry',
    async (stored) => {
      const { context, sent } = service(() => ({ json: { reviews: [] } }), {
        secrets: { [secret]: stored },
      });
      expect(await trustpilot.read(settings, context)).toMatchObject({ code: 'SECRET_UNREADABLE' });
      expect(sent).toHaveLength(0);
    },
  );
});
