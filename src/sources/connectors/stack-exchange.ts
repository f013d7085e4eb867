import * as z from 'zod';
import type { SettingsOf } from '../../brands/source-settings.ts';
import { titleToText } from '../../mentions/html-to-text.ts';
import type { SourceFailure } from '../source-answer.ts';
import type { Connector } from './connector.ts';
import { connectorFailure } from './failures.ts';
import {
  fieldOf,
  type ItemsAnswer,
  id,
  instantOf,
  itemOf,
  number,
  readEntries,
  text,
} from './fields.ts';
import { readPages } from './read-pages.ts';
import { sinceOf } from './window.ts';

const HOST = 'api.stackexchange.com';
const PAGE_SIZE = 100;
const MAX_PAGES = 3;
const FIRST_DAYS = 90;
const OVERLAP_HOURS = 48;

/** Questions that contain given words, on one site of the network. */
export const stackExchange: Connector<'stack-exchange'> = {
  manifest: {
    name: 'stack-exchange',
    title: 'Stack Exchange questions (Stack Overflow, Super User, …)',
    kind: 'official API',
    terms: 'https://stackoverflow.com/legal/api-terms-of-use',
    ownListingsOnly: false,
    keys: 'none, or a free key as plain text in the secret',
    limits:
      '300 requests a day per address, 10,000 with a key; waits when asked to. Texts are CC BY-SA 4.0: keep author and link',
    sees: 'questions with the words, of the last 90 days at first; edits of the last two days',
    cannotSee: 'answers and comments, votes, deletions',
    reach: 'any day; 2,500 questions',
    evidence: 'built from documentation, not yet run against the service',
    isUntried: true,
  },
  host: () => HOST,
  async read(settings, context) {
    const key = settings.secret === undefined ? null : await context.secret(settings.secret);
    if (key === undefined) return connectorFailure('SECRET_MISSING');
    const since = sinceOf(context, { firstDays: FIRST_DAYS, overlapHours: OVERLAP_HOURS });
    const address = (page: number) => searchAddress(settings, { since, page, key });
    return await readPages(
      address(1),
      (json, page) => {
        const questions = parseQuestions(json);
        if (questions.status === 'failed') return questions;
        const { hasMore, backoffSeconds, ...read } = questions;
        return { ...read, next: hasMore ? address(page + 1) : null, waitSeconds: backoffSeconds };
      },
      {
        context,
        maxPages: MAX_PAGES,
        // More pages need a login.
        backfillPages: 25,
        cursor: () => context.now.toISOString(),
        windowed: true,
        beyond: 'lost',
      },
    );
  },
};

export function searchAddress(
  { site, query }: Pick<SettingsOf<'stack-exchange'>, 'site' | 'query'>,
  {
    since,
    page,
    key,
  }: { readonly since: Date; readonly page: number; readonly key: string | null },
): string {
  const parameters = new URLSearchParams({
    site,
    q: query,
    order: 'desc',
    sort: 'creation',
    fromdate: String(Math.floor(since.getTime() / 1000)),
    pagesize: String(PAGE_SIZE),
    page: String(page),
    filter: 'withbody',
  });
  if (key !== null) parameters.set('key', key.trim());
  return `https://${HOST}/2.3/search/advanced?${parameters}`;
}

export type QuestionsAnswer =
  | (Extract<ItemsAnswer, { status: 'ok' }> & {
      readonly hasMore: boolean;
      /** How long to wait before the same is asked again, at most a day; 0 where nothing is said. */
      readonly backoffSeconds: number;
    })
  | SourceFailure;

const Question = z.object({
  question_id: id,
  title: text,
  body: text,
  link: text,
  creation_date: number,
  last_edit_date: number,
  owner: z.object({ user_id: number, display_name: text }).nullable().catch(null),
  tags: z.array(z.string()).catch([]),
});

/** The questions of one page of results. */
export function parseQuestions(answer: unknown): QuestionsAnswer {
  const read = readEntries(fieldOf(answer, 'items'), Question, (question) =>
    itemOf({
      nativeId: question.question_id,
      link: question.link,
      // Titles come with character references, and tags in them are words, not markup.
      title: question.title === null ? null : titleToText(question.title),
      titleIsText: true,
      html: question.body,
      author:
        question.owner?.user_id == null
          ? (question.owner?.display_name ?? null)
          : String(question.owner.user_id),
      publishedAt: instantOf(question.creation_date),
      updatedAt: instantOf(question.last_edit_date),
      categories: question.tags.slice(0, 50),
      given: question.creation_date !== null,
    }),
  );
  if (read.status === 'failed') return read;
  const backoff = fieldOf(answer, 'backoff');
  const seconds = typeof backoff === 'number' && backoff > 0 ? Math.min(backoff, 86_400) : 0;
  return { ...read, hasMore: fieldOf(answer, 'has_more') === true, backoffSeconds: seconds };
}
