import * as z from 'zod';
import type { SettingsOf } from '../../brands/source-settings.ts';
import type { SourceFailure } from '../source-answer.ts';
import type { Connector, ReadContext } from './connector.ts';
import { connectorFailure } from './failures.ts';
import { dateOf, fieldOf, flag, id, itemOf, readEntries, starsOf, text } from './fields.ts';
import { googleToken } from './google-token.ts';
import { type Page, readPages } from './read-pages.ts';
import { readSecret } from './secrets.ts';
import type { Token } from './tokens.ts';

const HOST = 'mybusiness.googleapis.com';
const FIRST_PAGES = 20;

const Client = z.object({
  client_id: z.string().min(10),
  client_secret: z.string().min(5),
  refresh_token: z.string().min(10),
});

/** Reviews of a location of the brand on Google, with the brand's own access. */
export const googleBusinessProfile: Connector<'google-business-profile'> = {
  manifest: {
    name: 'google-business-profile',
    title: 'Google reviews of your own locations',
    kind: 'official API',
    terms: 'https://developers.google.com/my-business/content/policies',
    ownListingsOnly: true,
    keys: '{"client_id", "client_secret", "refresh_token"} of an OAuth client with the scope business.manage; Google must have approved the project',
    limits: '50 reviews a page; the first read takes up to 1,000',
    sees: 'reviews with and without text, stars, author, edits, deletions among the newest 50; in the words of their author',
    cannotSee:
      'deletions of older reviews. Google reported on 2026-06-17 that pages after the first may miss reviews',
    reach: 'any day; 10,000 reviews',
    evidence: 'built from documentation, not yet run against the service',
    isUntried: true,
  },
  host: () => HOST,
  async read(settings, context) {
    const name = `google-business-profile ${settings.secret}`;
    const token = await context.tokens.get(name, context.now, () => newToken(settings, context));
    if (token.status === 'failed') return token;
    const answer = await readPages(
      reviewsAddress(settings, null),
      (json) => parseReviews(json, settings),
      {
        context,
        headers: { authorization: `Bearer ${token.value}` },
        maxPages: context.cursor === null ? FIRST_PAGES : 1,
        cursor: () => 'history read',
        windowed: false,
        beyond: 'known',
        listsAllBy: 'updatedAt',
      },
    );
    if (answer.status === 'failed' && answer.code === 'KEY_REFUSED') context.tokens.forget(name);
    return answer;
  },
};

type Settings = SettingsOf<'google-business-profile'>;

async function newToken(
  { secret }: Settings,
  context: ReadContext,
): Promise<Token | SourceFailure> {
  const client = await readSecret(secret, Client, context);
  if (client.status === 'failed') return client;
  return await googleToken({ grant_type: 'refresh_token', ...client.value }, context);
}

export function reviewsAddress(
  { account, location }: Pick<Settings, 'account' | 'location'>,
  pageToken: string | null,
): string {
  const parameters = new URLSearchParams({ pageSize: '50', orderBy: 'updateTime desc' });
  if (pageToken !== null) parameters.set('pageToken', pageToken);
  return `https://${HOST}/v4/accounts/${account}/locations/${location}/reviews?${parameters}`;
}

const STARS: Readonly<Record<string, number>> = { ONE: 1, TWO: 2, THREE: 3, FOUR: 4, FIVE: 5 };

const Review = z.object({
  reviewId: id,
  reviewer: z.object({ displayName: text, isAnonymous: flag }).nullable().catch(null),
  starRating: text,
  comment: text,
  createTime: text,
  updateTime: text,
});

/** The reviews of one page. An answer without any is how Google says that there are none. */
export function parseReviews(
  answer: unknown,
  settings: Pick<Settings, 'account' | 'location'>,
): Page | SourceFailure {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer))
    return connectorFailure('ANSWER_UNREADABLE');
  const read = readEntries(fieldOf(answer, 'reviews') ?? [], Review, (review) =>
    itemOf({
      nativeId: review.reviewId,
      text: original(review.comment ?? ''),
      // Everybody who hides a name has the same one, "A Google User".
      author: review.reviewer?.isAnonymous === true ? null : (review.reviewer?.displayName ?? null),
      publishedAt: dateOf(review.createTime),
      updatedAt: dateOf(review.updateTime),
      rating: starsOf(STARS[review.starRating ?? ''] ?? null),
      given: review.createTime !== null || review.updateTime !== null,
    }),
  );
  if (read.status === 'failed') return read;
  const next = fieldOf(answer, 'nextPageToken');
  const isMore = typeof next === 'string' && next !== '';
  return { ...read, next: isMore ? reviewsAddress(settings, next) : null };
}

/** Google puts its translation before or behind the words of the author; those alone are kept. */
export function original(comment: string): string {
  const own = comment.lastIndexOf('(Original)');
  if (own !== -1 && comment.startsWith('(Translated by Google)'))
    return comment.slice(own + '(Original)'.length).trim();
  const translation = comment.indexOf('\n(Translated by Google)');
  return (translation === -1 ? comment : comment.slice(0, translation)).trim();
}
