import * as z from 'zod';
import { Day } from '../../brands/brand.ts';
import { clean } from '../clean.ts';
import { missingPart } from '../coverage-words.ts';
import { DigestKind, type DigestModel, type DigestQuote } from '../digest.ts';
import { linkTo } from '../link.ts';
import { headline, lead } from '../model-words.ts';
import { printQuote } from '../quote-words.ts';
import { incidentHeadline } from '../words.ts';

const count = z.int().min(0);
const Numbers = {
  observed: count.describe('negative mentions, or broken verdicts of the promise, in the window'),
  expected: z.number().min(0).describe('what is usual for that many days'),
};

/** The JSON that a webhook gets. Fields may be added; a change of meaning gets a new `schema`. */
export const WebhookBody = z.strictObject({
  schema: z.literal('promisewatch.incident.v1'),
  id: z.string().describe('the same when a post is repeated: take each id once'),
  event: z.enum([...DigestKind.options, 'test']),
  madeAt: z.iso.datetime(),
  brand: z.strictObject({ id: z.string(), name: z.string() }),
  headline: z.string(),
  summary: z
    .array(z.string())
    .describe('a few plain sentences; the last one says which sources are missing, where one is'),
  incident: z
    .strictObject({
      ref: z.string().describe('as people say it, e.g. NB-0142'),
      since: Day,
      serious: z.boolean(),
      promise: z.strictObject({ id: z.string(), text: z.string() }).nullable(),
      source: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
      owner: z.string().nullable(),
      window: z.strictObject({ from: Day, to: Day, days: z.int().min(1) }),
      ...Numbers,
      ratio: z
        .number()
        .min(0)
        .nullable()
        .describe('observed / expected; null where none is expected'),
    })
    .nullable()
    .describe('the worst one; null in a test'),
  also: z.array(
    z.strictObject({
      ref: z.string(),
      event: DigestKind,
      headline: z.string(),
      ...Numbers,
      days: z.int().min(1),
    }),
  ),
  quotes: z
    .array(
      z.strictObject({
        text: z.string().describe('literal but for line breaks and invisible characters'),
        source: z.string(),
        day: Day,
        url: z.string().nullable().describe('https, or null'),
      }),
    )
    .max(3),
});
export type WebhookBody = z.infer<typeof WebhookBody>;

/** @param id of the post */
export function webhookBody(model: DigestModel, id: string): WebhookBody {
  const [first, ...rest] = model.incidents;
  const name = clean(model.brand.name);
  const missing = missingPart(model);
  return {
    schema: 'promisewatch.incident.v1',
    id,
    event: model.kind,
    madeAt: model.madeAt,
    brand: { id: model.brand.id, name },
    headline: headline(model),
    summary: [...lead(model), ...(missing === null ? [] : [`${missing}.`])],
    incident:
      first === undefined
        ? null
        : {
            ref: first.ref,
            since: first.since,
            serious: first.serious,
            promise: first.promise,
            source: first.source,
            owner: first.owner,
            window: {
              from: first.figures.from,
              to: first.figures.to,
              days: first.figures.window,
            },
            observed: first.figures.observed,
            expected: first.figures.expected,
            ratio:
              first.figures.expected === 0 ? null : first.figures.observed / first.figures.expected,
          },
    also: [
      ...rest.map((other) => ({ ...other, ...other.figures, days: other.figures.window })),
      ...model.further.map((other) => ({ ...other, days: other.window })),
    ].map((other) => ({
      ref: other.ref,
      event: other.kind,
      headline: incidentHeadline(name, other),
      observed: other.observed,
      expected: other.expected,
      days: other.days,
    })),
    quotes: (first?.quotes ?? model.quotes).slice(0, 3).map(quoteOf),
  };
}

function quoteOf(quote: DigestQuote): WebhookBody['quotes'][number] {
  const { before, marked, after } = printQuote(quote);
  return {
    text: `${before}${marked}${after}`,
    source: clean(quote.source.name),
    day: quote.day,
    url: linkTo(quote.url)?.href ?? null,
  };
}
