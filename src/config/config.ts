import * as z from 'zod';
import { Brand } from '../brands/brand.ts';
import { TimeZone } from '../brands/hours.ts';
import { Id } from '../brands/id.ts';

/** What the stacks need to know; read when the template is made, so a change here needs a deployment. */
export const DeploySettings = z.strictObject({
  stackName: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{2,60}$/, {
      error: 'use 3 to 61 letters, digits and dashes, starting with a letter',
    })
    .default('promisewatch'),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: 'is not an AWS region. Example: eu-west-1' }),
  mailFrom: z
    .email()
    .describe('address that digests come from; it or its domain must be verified in SES'),
  mailFromName: z
    .string()
    .regex(/^[^"<>\r\n]{1,60}$/, { error: 'must be one line without quotes or angle brackets' })
    .default('promisewatch'),
  unsubscribe: z
    .enum(['ses', 'reply'])
    .default('ses')
    .describe(
      'ses: with one click, on a page of SES; the domain of mailFrom must be verified with Easy DKIM. reply: people answer the mail',
    ),
  contactList: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, { error: 'use letters, digits, "-" and "_"' })
    .optional()
    .describe(
      'contact list that the account has already, with the topics of docs/deploy.md; default: the stack makes one',
    ),
  alarmEmail: z.email().describe('who gets the alarms that need a person'),
  retentionDays: z
    .int()
    .min(30)
    .max(3650)
    .default(90)
    .describe('days that a mention stays in the table; counts stay for ever'),
  reservedConcurrency: z
    .boolean()
    .default(false)
    .describe(
      'keep 23 concurrent executions for these functions and let them use no more; needs an account limit of 123',
    ),
  maxWriteUnits: z
    .int()
    .min(10)
    .max(40_000)
    .default(500)
    .describe('most write units a second of the table: a cap on cost, 1 unit a write up to 1 KB'),
  monthlyBudgetUsd: z
    .number()
    .positive()
    .max(1_000_000)
    .optional()
    .describe('mails the alarm address when the month will cost more; counts what is tagged'),
  analysts: z
    .strictObject({
      brands: z
        .array(Id)
        .min(1)
        .optional()
        .describe('the only brands that the policy for analysts lets read; default: all'),
      mayAnnotate: z
        .boolean()
        .default(false)
        .describe(
          'they may also relabel, note actions, and acknowledge, snooze or close incidents',
        ),
    })
    .prefault({})
    .describe("what the stack's managed policy for analysts allows"),
  tags: z.record(z.string().min(1).max(128), z.string().max(256)).default({}),
});
export type DeploySettings = z.infer<typeof DeploySettings>;

export const EmailSettings = z.strictObject({
  replyTo: z.email().optional().describe('mailbox of the brand team; default: the sender'),
  postalLine: z.string().min(3).max(200).optional().describe('name and address in the footer'),
});
export type EmailSettings = z.infer<typeof EmailSettings>;

/** The one paid classifier, off unless it is written down. */
export const BedrockSettings = z.strictObject({
  model: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.:-]{2,100}$/, {
      error: 'is not a model id or inference profile. Example: eu.amazon.nova-micro-v1:0',
    })
    .describe('model or inference profile of Amazon Bedrock; a change needs a deployment'),
  mode: z
    .enum(['only-unsure', 'all'])
    .default('only-unsure')
    .describe('only-unsure: what the embedded classifier is unsure of or cannot read'),
  monthlyBudgetUsd: z
    .number()
    .positive()
    .max(100_000)
    .describe('beyond it the embedded answers stand, marked as fallback'),
  inputUsdPerMillion: z.number().positive().max(1000).describe('price of the model, tokens sent'),
  outputUsdPerMillion: z.number().positive().max(1000).describe('price of the model, tokens made'),
});
export type BedrockSettings = z.infer<typeof BedrockSettings>;

const settings = {
  timeZone: TimeZone.default('UTC').describe('time zone of brands that name none'),
  email: EmailSettings.prefault({}),
  brands: z.array(Brand).min(1).max(50),
  bedrock: BedrockSettings.optional().describe(
    'paid classifier for what the embedded one cannot judge',
  ),
};

/** What `apply` stores as an immutable version and the functions pick up within minutes. */
export const Settings = z.strictObject(settings);
export type Settings = z.infer<typeof Settings>;

/** The whole promisewatch.yaml, without the rules of rules.ts that span several settings. */
export const Config = z.strictObject({ deploy: DeploySettings, ...settings });
export type Config = z.infer<typeof Config>;

/** The part that `apply` stores: everything but `deploy`. */
export function settingsOf({ timeZone, email, brands, bedrock }: Config): Settings {
  return { timeZone, email, brands, ...(bedrock !== undefined && { bedrock }) };
}
