import * as z from 'zod';
import { Hours, TimeZone } from './hours.ts';
import { Id } from './id.ts';

/**
 * Name of an SSM SecureString of a channel. A branch of its own: the function that posts reads no key of a source.
 */
const ChannelSecret = z
  .string()
  .regex(/^\/promisewatch\/secrets\/channels\/[A-Za-z0-9._-]{1,100}$/, {
    error:
      'name a SecureString under /promisewatch/secrets/channels/, e.g. /promisewatch/secrets/channels/slack',
  });

/** The gate that mail goes through, too. */
const gate = {
  level: z.enum(['all', 'serious', 'none']).default('all'),
  timeZone: TimeZone.optional().describe("default: the brand's"),
  hours: Hours.prefault({}).describe('open hours; a post waits for the next one'),
  seriousAnyTime: z.boolean().default(false).describe('serious incidents may come at any hour'),
};

const Slack = z.strictObject({
  id: Id.describe('short name, as in: promisewatch test-channel ID'),
  kind: z.literal('slack'),
  secret: ChannelSecret.describe(
    'name of the SSM SecureString that holds the address of an incoming webhook of Slack',
  ),
  ...gate,
});

const Webhook = z.strictObject({
  id: Id.describe('short name, as in: promisewatch test-channel ID'),
  kind: z.literal('webhook'),
  url: z.url({ protocol: /^https$/ }).describe('gets the signed JSON of docs/webhook.md by POST'),
  secret: ChannelSecret.describe(
    'name of the SSM SecureString that signs the posts, at least 32 characters',
  ),
  ...gate,
});

/** Where digests about incidents go beside mail. */
export const Channel = z.discriminatedUnion('kind', [Slack, Webhook]);
export type Channel = z.infer<typeof Channel>;
