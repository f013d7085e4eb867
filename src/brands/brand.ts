import * as z from 'zod';
import { Channel } from './channel.ts';
import { Hours, TimeZone } from './hours.ts';
import { Id } from './id.ts';
import { SourceSettings } from './source-settings.ts';

/** A calendar day without a time zone, `YYYY-MM-DD`. */
export const Day = z.iso.date();
export type Day = z.infer<typeof Day>;

/** The thirteen parts of a customer's experience that a mention can talk about. */
export const DIMENSIONS = [
  'responsiveness',
  'resolution',
  'empathy',
  'ease',
  'personalisation',
  'consistency',
  'quality',
  'price',
  'digital',
  'trust',
  'advocacy',
  'churn',
  'employee-voice',
] as const;
export const Dimension = z.enum(DIMENSIONS);
export type Dimension = z.infer<typeof Dimension>;

const PHRASE = z
  .string()
  .min(2)
  .max(60)
  .regex(/[\p{L}\p{N}]/u, { error: 'has no letter or digit, so no text can contain it' });
const phrases = z.array(PHRASE).max(100).default([]);

/** The words of a promise before they changed, and until when they held. */
export const EarlierPromise = z.strictObject({
  version: z.int().min(1),
  text: z.string().min(3).max(200),
  from: Day.optional().describe('first day on which these words held'),
  until: Day.describe('last day on which these words held'),
  dimensions: z.array(Dimension).optional(),
  keywords: phrases,
  antiKeywords: phrases,
});
export type EarlierPromise = z.infer<typeof EarlierPromise>;

/** A public commitment by a brand that a mention can confirm or contradict. Not a JavaScript Promise. */
export const BrandPromise = z.strictObject({
  id: Id.describe('short name, part of table keys; never reuse one for another promise'),
  text: z.string().min(3).max(200).describe("the promise in the brand's own words"),
  version: z.int().min(1).default(1).describe('raise it when the words change'),
  from: Day.optional().describe('first day on which it holds'),
  until: Day.optional().describe('last day on which it holds'),
  published: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('page where it was published'),
  status: z.enum(['current', 'aspiration']).default('current'),
  headline: z.boolean().default(false).describe('its incidents count as serious'),
  owner: z.string().min(1).max(100).optional().describe('team named in the digest'),
  dimensions: z.array(Dimension).optional().describe('what it is about; suggested if left out'),
  keywords: phrases.describe('words of the brand that are about this promise'),
  antiKeywords: phrases.describe('a clause with one of these is not about it'),
  earlier: z
    .array(EarlierPromise)
    .max(20)
    .optional()
    .describe('its words before, oldest first: a mention is judged by those of its day'),
  playbook: z
    .strictObject({
      url: z.url({ protocol: /^https$/ }).optional(),
      checks: z.array(z.string().min(3).max(300)).max(3).default([]),
    })
    .optional()
    .describe("the operator's first checks, printed in the digest"),
});
export type BrandPromise = z.infer<typeof BrandPromise>;

/** The promises and sources that a person has to do with. */
export const RecipientScope = z
  .strictObject({
    promises: z.array(Id).default([]),
    sources: z.array(Id).default([]),
  })
  .refine(({ promises, sources }) => promises.length + sources.length > 0, {
    error: 'name at least one promise or source, or leave the scope out',
  });
export type RecipientScope = z.infer<typeof RecipientScope>;

/** Who receives digests about a brand, and when they want mail. */
export const Recipient = z.strictObject({
  email: z.email(),
  name: z.string().min(1).max(80).optional(),
  level: z
    .enum(['all', 'serious', 'weekly', 'none'])
    .default('all')
    .describe('incidents: all, serious ones only, or none; weekly: the pulse alone'),
  timeZone: TimeZone.optional().describe("default: the brand's"),
  hours: Hours.prefault({}).describe('open hours; mail waits for the next one'),
  seriousAnyTime: z.boolean().default(false).describe('serious incidents may come at any hour'),
  weeklyPulse: z
    .boolean()
    .default(false)
    .describe('also a mail every Monday, when it was quiet, too; level weekly has it anyway'),
  everyNegative: z
    .boolean()
    .default(false)
    .describe(
      'also a daily list of negative mentions, while the brand has under 10 mentions a day',
    ),
  scope: RecipientScope.optional().describe('only what concerns one of these; default: everything'),
});
export type Recipient = z.infer<typeof Recipient>;

const DimensionWords = z.strictObject({
  keywords: phrases.describe('a text with one of these is about the dimension'),
  antiKeywords: phrases.describe('a clause with one of these is not'),
});
const wordsByDimension = Object.fromEntries(
  DIMENSIONS.map((dimension) => [dimension, DimensionWords.optional()]),
) as Record<Dimension, z.ZodOptional<typeof DimensionWords>>;

/** A brand's own words for the parts of its customers' experience: names of its app, its tariffs, its shops. */
export const OwnWords = z.strictObject(wordsByDimension);
export type OwnWords = z.infer<typeof OwnWords>;

/** What is watched: the own brand, a client's, or a competitor's. */
export const Brand = z.strictObject({
  id: Id,
  name: z.string().min(1).max(60),
  code: z
    .string()
    .regex(/^[A-Z]{2,4}$/, { error: 'use two to four capital letters, e.g. NB' })
    .describe('prefix of incident numbers, e.g. NB-0142'),
  role: z.enum(['own', 'client', 'competitor']).default('own'),
  timeZone: TimeZone.optional().describe('where its days begin; default: the file’s timeZone'),
  aliases: z.array(z.string().min(2).max(60)).default([]).describe('further names it is called by'),
  exclude: z
    .array(z.string().min(2).max(60))
    .default([])
    .describe('phrases that mean something else'),
  context: z
    .array(z.string().min(2).max(60))
    .default([])
    .describe('one of these must be near the name'),
  match: z
    .enum(['everything', 'named'])
    .default('everything')
    .describe('everything: each item of its sources is about it; named: only items that name it'),
  words: OwnWords.optional().describe('own words by dimension, beside the cue files'),
  sensitivity: z.enum(['sensitive', 'normal', 'strict']).default('normal'),
  promises: z.array(BrandPromise).max(40).default([]),
  sources: z.array(SourceSettings).max(200).default([]),
  recipients: z.array(Recipient).max(200).default([]),
  channels: z.array(Channel).max(10).default([]),
});
export type Brand = z.infer<typeof Brand>;
