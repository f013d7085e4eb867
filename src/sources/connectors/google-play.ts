import * as z from 'zod';
import type { SettingsOf } from '../../brands/source-settings.ts';
import { languageOf } from '../feed/values.ts';
import type { SourceFailure } from '../source-answer.ts';
import type { Connector, ReadContext } from './connector.ts';
import { connectorFailure } from './failures.ts';
import { fieldOf, id, instantOf, itemOf, number, readEntries, starsOf, text } from './fields.ts';
import { GOOGLE_TOKEN_ADDRESS, googleToken } from './google-token.ts';
import { signedJwt } from './jwt.ts';
import { type Page, readPages } from './read-pages.ts';
import { readSecret } from './secrets.ts';
import type { Token } from './tokens.ts';

const HOST = 'androidpublisher.googleapis.com';
const SCOPE = 'https://www.googleapis.com/auth/androidpublisher';
const MAX_PAGES = 10;

const ServiceAccount = z.object({
  client_email: z.string().min(5),
  private_key: z.string().min(100),
  private_key_id: z.string().optional(),
});

/** Reviews of an app of the brand on Google Play, with the brand's own access. */
export const googlePlay: Connector<'google-play'> = {
  manifest: {
    name: 'google-play',
    title: 'Google Play reviews of your own app',
    kind: 'official API',
    terms: 'https://developers.google.com/android-publisher/reply-to-reviews',
    ownListingsOnly: true,
    keys: 'the JSON key of a service account that may reply to reviews in the Play Console',
    limits: 'read hourly at most; 1,000 reviews a read; 200,000 requests a day per project',
    sees: 'reviews with text that were written or changed in the last week',
    cannotSee: 'anything older than a week (import it), ratings without text, deletions',
    reach: 'a week; import what is older',
    evidence:
      'built from documentation, not yet run against the service; the answer’s shape is the sample there',
    isUntried: true,
  },
  host: () => HOST,
  async read(settings, context) {
    const name = `google-play ${settings.secret}`;
    const token = await context.tokens.get(name, context.now, () => newToken(settings, context));
    if (token.status === 'failed') return token;
    const answer = await readPages(
      reviewsAddress(settings.package, null),
      (json) => parseReviews(json, settings.package),
      {
        context,
        headers: { authorization: `Bearer ${token.value}` },
        maxPages: MAX_PAGES,
        cursor: () => context.now.toISOString(),
        windowed: true,
        beyond: 'lost',
      },
    );
    if (answer.status === 'failed' && answer.code === 'KEY_REFUSED') context.tokens.forget(name);
    return answer;
  },
};

async function newToken(
  { secret }: SettingsOf<'google-play'>,
  context: ReadContext,
): Promise<Token | SourceFailure> {
  const account = await readSecret(secret, ServiceAccount, context);
  if (account.status === 'failed') return account;
  const { client_email, private_key, private_key_id } = account.value;
  const issued = Math.floor(context.now.getTime() / 1000);
  const assertion = signedJwt(
    'RS256',
    private_key,
    private_key_id === undefined ? {} : { kid: private_key_id },
    {
      iss: client_email,
      scope: SCOPE,
      aud: GOOGLE_TOKEN_ADDRESS,
      iat: issued,
      exp: issued + 3600,
    },
  );
  if (assertion === undefined) return connectorFailure('SECRET_UNREADABLE');
  const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
  return await googleToken(grant, context);
}

export function reviewsAddress(app: string, pageToken: string | null): string {
  const parameters = new URLSearchParams({ maxResults: '100' });
  if (pageToken !== null) parameters.set('token', pageToken);
  return `https://${HOST}/androidpublisher/v3/applications/${app}/reviews?${parameters}`;
}

const UserComment = z.object({
  text,
  lastModified: z.object({ seconds: number }).nullable().catch(null),
  starRating: number,
  reviewerLanguage: text,
});
const Review = z.object({
  reviewId: id,
  authorName: text,
  comments: z.array(z.unknown()).catch([]),
});
const UserEntry = z.object({ userComment: UserComment });

/** The reviews of one page. An answer without any is how Google says that there are none. */
export function parseReviews(answer: unknown, app: string): Page | SourceFailure {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer))
    return connectorFailure('ANSWER_UNREADABLE');
  const read = readEntries(fieldOf(answer, 'reviews') ?? [], Review, (review) => {
    // The developer's replies stand between; the newest words of the customer come first.
    const comment = review.comments
      .map((entry) => UserEntry.safeParse(entry))
      .find(({ success }) => success)?.data?.userComment;
    if (comment === undefined) return undefined;
    const { title, body } = titleAndBody(comment.text ?? '');
    return itemOf({
      nativeId: review.reviewId,
      link: `https://play.google.com/store/apps/details?${new URLSearchParams({ id: app, reviewId: review.reviewId })}`,
      title,
      titleIsText: true,
      text: body,
      author: review.authorName,
      updatedAt: instantOf(comment.lastModified?.seconds ?? null),
      rating: starsOf(comment.starRating),
      language: languageOf(comment.reviewerLanguage?.replace('_', '-')),
      given: comment.lastModified !== null,
    });
  });
  if (read.status === 'failed') return read;
  const next = fieldOf(fieldOf(answer, 'tokenPagination'), 'nextPageToken');
  const isMore = typeof next === 'string' && next !== '';
  return { ...read, next: isMore ? reviewsAddress(app, next) : null };
}

/** Old reviews have a title, which the service writes before the text with a tab between them. */
function titleAndBody(raw: string): { readonly title: string | null; readonly body: string } {
  const tab = raw.indexOf('\t');
  if (tab === -1) return { title: null, body: raw };
  const title = raw.slice(0, tab).trim();
  return { title: title === '' ? null : title, body: raw.slice(tab + 1).trim() };
}
