/**
 * List prices in USD, before tax, of us-east-1. Other regions cost up to about a fifth more; `estimate`
 * says so. Kept in the repository so that no estimate needs the network, and dated so that everyone can
 * see how old it is. Sources are named in docs/cost.md.
 */
export const PRICES = {
  /** Day on which the table was last compared with its sources. */
  asOf: '2026-11-21',
  region: 'us-east-1',
  /** Arm, per GB-second and per million requests. */
  lambda: { gbSecond: 0.000_013_333_4, millionRequests: 0.2 },
  sqs: { millionRequests: 0.4 },
  /** On-demand, per million request units; storage and recovery per GB and month. */
  dynamodb: { millionWrites: 0.625, millionReads: 0.125, gbMonth: 0.25, recoveryGbMonth: 0.2 },
  scheduler: { millionInvocations: 1 },
  /** Per thousand mails: à la carte, and on the Essentials plan that new accounts are on. */
  ses: { thousandMails: 0.1, thousandMailsEssentials: 0.16, attachmentGb: 0.12 },
  cloudwatch: { metricMonth: 0.3, alarmMetricMonth: 0.1, logGb: 0.5 },
  xray: { millionTraces: 5 },
} as const;

/** What every account has free each month, for ever, as of the same day. */
export const ALWAYS_FREE = {
  lambda: { gbSeconds: 400_000, requests: 1_000_000 },
  sqs: { requests: 1_000_000 },
  dynamodb: { gb: 25 },
  scheduler: { invocations: 14_000_000 },
  cloudwatch: { metrics: 10, alarmMetrics: 10, logGb: 5 },
  xray: { traces: 100_000 },
} as const;
