import * as z from 'zod';

/** What every function must be told. The construct writes it, the handler parses it at cold start. */
export const CommonEnv = z.object({
  TABLE_NAME: z.string().min(3),
  /** Of the stack's own metrics. */
  METRICS_NAMESPACE: z.string().min(1).default('promisewatch'),
});

const queueUrl = z.url({ protocol: /^https?$/ });

export const DispatchEnv = CommonEnv.extend({ POLL_QUEUE_URL: queueUrl });

export const CollectEnv = CommonEnv.extend({
  MENTIONS_QUEUE_URL: queueUrl,
  /** SSM SecureString that keys the hash of authors; `apply` creates it. */
  AUTHOR_KEY_PARAMETER: z.string().startsWith('/'),
  RETENTION_DAYS: z.coerce.number().int().min(30).max(3650),
  /**
   * host:port pairs on this machine that may be read, separated by commas. Empty in every template;
   * the local run fills it with the addresses that the configuration itself names.
   */
  LOOPBACK_SOURCES: z.string().default(''),
});

export const ReceiveEnv = CommonEnv.extend({
  MENTIONS_QUEUE_URL: queueUrl,
  /** SSM SecureString that keys the hash of authors. */
  AUTHOR_KEY_PARAMETER: z.string().startsWith('/'),
  RETENTION_DAYS: z.coerce.number().int().min(30).max(3650),
});

export const ClassifyEnv = CommonEnv.extend({ MENTIONS_QUEUE_URL: queueUrl });

export const RollupEnv = CommonEnv.extend({
  /** The nightly audit leaves days alone whose mentions are about to expire. */
  RETENTION_DAYS: z.coerce.number().int().min(30).max(3650),
});

export const CheckEnv = CommonEnv;

export const DeliverEnv = CommonEnv.extend({
  MAIL_FROM: z.email(),
  MAIL_FROM_NAME: z.string().min(1),
  CONFIGURATION_SET: z.string().min(1),
  /** Set by Lambda; part of the ids of the mails that SES sends. */
  AWS_REGION: z.string().min(1),
  STACK_NAME: z.string().min(1),
  /** Contact list of SES that people unsubscribe from; empty: they reply. */
  CONTACT_LIST: z.string().default(''),
  /** Names of its topics, separated by commas. */
  TOPICS: z.string().default(''),
  /** As in `CollectEnv`, for channels. */
  LOOPBACK_CHANNELS: z.string().default(''),
});

export const EventsEnv = CommonEnv;
