import * as z from 'zod';
import type { SourceFailure } from '../source-answer.ts';
import type { Connector } from './connector.ts';
import { connectorFailure } from './failures.ts';
import { dateOf, fieldOf, id, itemOf, number, readEntries, starsOf, text } from './fields.ts';
import { signedJwt } from './jwt.ts';
import { type Page, readPages } from './read-pages.ts';
import { readSecret } from './secrets.ts';

const HOST = 'api.appstoreconnect.apple.com';
const FIRST_PAGES = 10;
/** Apple takes no token that holds for more than 20 minutes. */
const TOKEN_SECONDS = 15 * 60;

const Key = z.object({
  issuerId: z.string().min(10),
  keyId: z.string().min(5),
  privateKey: z.string().min(100),
});

/** Reviews of an app of the brand in all countries, with the brand's own access. */
export const appStoreConnect: Connector<'app-store-connect'> = {
  manifest: {
    name: 'app-store-connect',
    title: 'App Store reviews of your own app',
    kind: 'official API',
    terms: 'https://developer.apple.com/support/terms/apple-developer-program-license-agreement/',
    ownListingsOnly: true,
    keys: '{"issuerId", "keyId", "privateKey": "the .p8 file"} of an App Store Connect API key with the role Customer Support',
    limits: '200 reviews a page; the first read takes up to 2,000',
    sees: 'reviews with text of all countries, the newest 200 again at each read',
    cannotSee: 'edits and deletions beyond the newest 200, ratings without text',
    reach: 'any day; 40,000 reviews',
    evidence:
      'built from documentation, not yet run against the service; the answer’s shape is the sample there',
    isUntried: true,
  },
  host: () => HOST,
  async read({ app, secret }, context) {
    const key = await readSecret(secret, Key, context);
    if (key.status === 'failed') return key;
    const token = tokenFor(key.value, context.now);
    if (token === undefined) return connectorFailure('SECRET_UNREADABLE');
    return await readPages(reviewsAddress(app), parseReviews, {
      context,
      headers: { authorization: `Bearer ${token}` },
      maxPages: context.cursor === null ? FIRST_PAGES : 1,
      cursor: () => 'history read',
      windowed: false,
      beyond: 'known',
      listsAllBy: 'publishedAt',
    });
  },
};

/** The token that Apple asks for: ES256, for 15 minutes. Undefined where the key cannot sign it. */
export function tokenFor(
  { issuerId, keyId, privateKey }: z.output<typeof Key>,
  now: Date,
): string | undefined {
  const issued = Math.floor(now.getTime() / 1000);
  return signedJwt(
    'ES256',
    privateKey,
    { kid: keyId },
    { iss: issuerId, iat: issued, exp: issued + TOKEN_SECONDS, aud: 'appstoreconnect-v1' },
  );
}

export function reviewsAddress(app: string): string {
  return `https://${HOST}/v1/apps/${app}/customerReviews?sort=-createdDate&limit=200`;
}

const Review = z.object({
  id,
  attributes: z.object({
    rating: number,
    title: text,
    body: text,
    reviewerNickname: text,
    createdDate: text,
  }),
});

/** The reviews of one page. */
export function parseReviews(answer: unknown): Page | SourceFailure {
  const read = readEntries(fieldOf(answer, 'data'), Review, ({ id: own, attributes }) =>
    itemOf({
      nativeId: own,
      title: attributes.title,
      titleIsText: true,
      text: attributes.body ?? '',
      author: attributes.reviewerNickname,
      publishedAt: dateOf(attributes.createdDate),
      rating: starsOf(attributes.rating),
      given: attributes.createdDate !== null,
    }),
  );
  if (read.status === 'failed') return read;
  return { ...read, next: nextPage(fieldOf(fieldOf(answer, 'links'), 'next')) };
}

/** The token goes along with it, so it must lead to the service itself. */
function nextPage(address: unknown): string | null {
  const url = typeof address === 'string' ? URL.parse(address) : null;
  return url !== null && url.origin === `https://${HOST}` ? url.href : null;
}
