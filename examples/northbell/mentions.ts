import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** The four places where people talk about Northbell. */
export const EXAMPLE_SOURCES = ['reviewharbour', 'northbell-app', 'fedi', 'homelines'] as const;
export type ExampleSource = (typeof EXAMPLE_SOURCES)[number];

/** First of the sixty days. All of them lie in British Summer Time. */
export const FIRST_DAY = '2026-08-24';

const Row = z.strictObject({
  source: z.enum(EXAMPLE_SOURCES),
  id: z.string(),
  /** 1–60. */
  day: z.int().min(1).max(60),
  time: z.string().regex(/^\d\d:\d\d$/),
  author: z.string(),
  rating: z.int().min(1).max(5).optional(),
  title: z.string().optional(),
  text: z.string(),
  /** As the site marks it up; without it the text is plain. */
  html: z.string().optional(),
  edited: z.strictObject({ day: z.int(), time: z.string() }).optional(),
  /** What a careful reader concludes; never served. */
  labels: z.array(z.strictObject({ promise: z.string(), outcome: z.string() })),
  y: z.enum(['negative', 'neutral', 'positive', 'mixed']),
});
export type ExampleMention = z.infer<typeof Row> & {
  readonly publishedAt: string;
  /** When this version can be seen: the publish instant, or that of the edit. */
  readonly visibleAt: string;
};

/** Everything written about Northbell at one place, oldest first, edits after what they edit. */
export function exampleMentions(source: ExampleSource): ExampleMention[] {
  const file = join(import.meta.dirname, 'mentions', `${source}.jsonl`);
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const row = Row.parse(JSON.parse(line));
      const publishedAt = instant(row.day, row.time);
      const visibleAt =
        row.edited === undefined ? publishedAt : instant(row.edited.day, row.edited.time);
      return { ...row, publishedAt, visibleAt };
    });
}

/** What the place shows at an instant, newest first: the latest version of everything published. */
export function shownAt(mentions: readonly ExampleMention[], now: Date): ExampleMention[] {
  const shown = new Map<string, ExampleMention>();
  for (const mention of mentions)
    if (Date.parse(mention.visibleAt) <= now.getTime()) shown.set(mention.id, mention);
  return [...shown.values()].toSorted((a, b) => (a.publishedAt < b.publishedAt ? 1 : -1));
}

function instant(day: number, time: string): string {
  const midnight = Date.parse(`${FIRST_DAY}T00:00:00+01:00`) + (day - 1) * 86_400_000;
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return new Date(midnight + (hours * 60 + minutes) * 60_000).toISOString();
}
