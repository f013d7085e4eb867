import * as z from 'zod';
import { languageOf } from '../feed/values.ts';
import type { SourceFailure } from '../source-answer.ts';
import type { Connector } from './connector.ts';
import { connectorFailure } from './failures.ts';
import { dateOf, fieldOf, id, itemOf, number, readEntries, starsOf, text } from './fields.ts';
import { type Page, readPages } from './read-pages.ts';

const HOST = 'api.trustpilot.com';
const PAGE_SIZE = 100;
const FIRST_PAGES = 10;

/** Reviews of the brand on Trustpilot, with the brand's own key. */
export const trustpilot: Connector<'trustpilot'> = {
  manifest: {
    name: 'trustpilot',
    title: 'Trustpilot reviews',
    kind: 'official API',
    terms: 'https://legal.trustpilot.com/for-businesses/terms-of-use-for-businesses',
    ownListingsOnly: true,
    keys: 'the API key as plain text, from a plan with the Connect module',
    limits: 'read every 30 minutes at most; 833 requests in 5 minutes, 10,000 an hour',
    sees: 'public reviews with text, stars, author and language; edits and deletions among the newest 100',
    cannotSee: 'edits and deletions of older reviews (its webhook tells them), other businesses',
    reach: 'any day; 20,000 reviews',
    evidence: 'built from documentation, not yet run against the service',
    isUntried: true,
  },
  host: () => HOST,
  async read({ businessUnit, secret }, context) {
    const key = (await context.secret(secret))?.trim();
    if (key === undefined) return connectorFailure('SECRET_MISSING');
    // A header that is not printable ASCII would be refused by our own side, with the key in the error.
    if (!/^[\x21-\x7e]{8,200}$/.test(key)) return connectorFailure('SECRET_UNREADABLE');
    return await readPages(
      reviewsAddress(businessUnit, 1),
      (json, page) => parseReviews(json, businessUnit, page),
      {
        context,
        headers: { apikey: key },
        maxPages: context.cursor === null ? FIRST_PAGES : 1,
        cursor: () => 'history read',
        windowed: false,
        beyond: 'known',
        listsAllBy: 'publishedAt',
      },
    );
  },
};

export function reviewsAddress(businessUnit: string, page: number): string {
  const parameters = new URLSearchParams({
    orderBy: 'createdat.desc',
    perPage: String(PAGE_SIZE),
    page: String(page),
  });
  return `https://${HOST}/v1/business-units/${businessUnit}/reviews?${parameters}`;
}

const Review = z.object({
  id,
  stars: number,
  title: text,
  text,
  language: text,
  createdAt: text,
  updatedAt: text,
  consumer: z.object({ id: text, displayName: text }).nullable().catch(null),
});

/** The reviews of one page. */
export function parseReviews(
  answer: unknown,
  businessUnit: string,
  page: number,
): Page | SourceFailure {
  const read = readEntries(fieldOf(answer, 'reviews'), Review, (review) =>
    itemOf({
      nativeId: review.id,
      link: `https://www.trustpilot.com/reviews/${encodeURIComponent(review.id)}`,
      title: review.title,
      titleIsText: true,
      text: review.text ?? '',
      author: review.consumer?.id ?? review.consumer?.displayName ?? null,
      publishedAt: dateOf(review.createdAt),
      updatedAt: dateOf(review.updatedAt),
      rating: starsOf(review.stars),
      language: languageOf(review.language),
      given: review.createdAt !== null,
    }),
  );
  if (read.status === 'failed') return read;
  const isFull = read.items.length + read.unreadable >= PAGE_SIZE;
  return { ...read, next: isFull ? reviewsAddress(businessUnit, page + 1) : null };
}
