import type { BedrockSettings, Config } from '../config/config.ts';
import { ALWAYS_FREE, PRICES } from './prices.ts';

/** USD a month: the least and the most that is likely. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

export interface ServiceCost extends Range {
  readonly service: string;
  /** What is paid for, in numbers of this configuration. */
  readonly of: string;
}

export interface Estimate {
  readonly asOf: string;
  readonly region: string;
  readonly mentionsPerDay: Range;
  readonly services: readonly ServiceCost[];
  readonly total: Range;
}

const DAYS = 30.4;
const HOURS = DAYS * 24;
const MINUTES = HOURS * 60;
const MILLION = 1_000_000;
const GB = 1_000_000_000;

/** Mentions of one source on one day, where nobody says how many there are. */
const UNKNOWN_VOLUME: Range = { low: 1, high: 30 };
/** Receives that Lambda makes of an idle queue in a month. */
const IDLE_RECEIVES = 648_000;
const QUEUES = 2;
/** Asking Bedrock adds one of each. */
const OWN_METRICS = 6;
const ALARM_METRICS = 11;
/** Calls of the four schedules in a month: twice every 15 minutes, twice every hour. */
const TICKS = 2 * 4 * HOURS + 2 * HOURS;
/** A stored mention and its entry in the day index, with DynamoDB's overhead. */
const MENTION_BYTES: Range = { low: 1_000, high: 2_500 };

/** One end of the range: what the configuration does in a month, and whether the free tier is left. */
interface Month {
  readonly mentions: number;
  readonly polls: number;
  readonly sources: number;
  readonly recipients: number;
  readonly retentionDays: number;
  /** 1 where Bedrock is asked, else 0. */
  readonly bedrock: 0 | 1;
  readonly end: 'low' | 'high';
}

/**
 * What the configuration will cost a month.
 *
 * Low: few mentions, the always-free tier wholly left for this stack, à-la-carte mail. High: many mentions, nothing left of
 * the free tier, dearer mail. The model behind each line is written down in docs/cost.md.
 *
 * @param mentionsPerDay of all brands together, where the operator knows it
 */
export function estimate(config: Config, mentionsPerDay?: number): Estimate {
  const sources = config.brands.flatMap((brand) => brand.sources);
  const perDay: Range =
    mentionsPerDay === undefined
      ? {
          low: UNKNOWN_VOLUME.low * sources.length,
          high: UNKNOWN_VOLUME.high * sources.length,
        }
      : { low: mentionsPerDay, high: mentionsPerDay };
  const polls = sources.reduce(
    (sum, source) => sum + ('everyMinutes' in source ? MINUTES / source.everyMinutes : 0),
    0,
  );
  const month = (end: Month['end']): Month => ({
    mentions: perDay[end] * DAYS,
    // A server that asks for patience is read less often.
    polls: end === 'low' ? polls / 2 : polls,
    sources: sources.length,
    recipients: config.brands.reduce((sum, { recipients }) => sum + recipients.length, 0),
    retentionDays: config.deploy.retentionDays,
    bedrock: config.bedrock === undefined ? 0 : 1,
    end,
  });
  const low = month('low');
  const high = month('high');
  const paid = config.bedrock === undefined ? [] : [paidService(config.bedrock)];
  const services = [...SERVICES, ...paid].map(({ service, of, cost }) => ({
    service,
    of: of(low, high),
    low: cost(low),
    high: cost(high),
  }));
  return {
    asOf: PRICES.asOf,
    region: PRICES.region,
    mentionsPerDay: perDay,
    services,
    total: {
      low: services.reduce((sum, cost) => sum + cost.low, 0),
      high: services.reduce((sum, cost) => sum + cost.high, 0),
    },
  };
}

interface Service {
  readonly service: string;
  readonly of: (low: Month, high: Month) => string;
  readonly cost: (month: Month) => number;
}

const charged = (used: number, free: number, end: Month['end']) =>
  end === 'high' ? used : Math.max(0, used - free);
const whole = (amount: number) => Math.round(amount).toLocaleString('en-GB');
const span = (low: number, high: number, what: string) =>
  whole(low) === whole(high) ? `${whole(low)} ${what}` : `${whole(low)}–${whole(high)} ${what}`;

/** Polls come ten to a call at best, mentions likewise. */
const collectCalls = ({ polls, end }: Month) => (end === 'low' ? polls / 10 : polls);
const classifyCalls = ({ mentions, end }: Month) => (end === 'low' ? mentions / 10 : mentions);
const invocations = (month: Month) => TICKS + collectCalls(month) + classifyCalls(month);

function gbSeconds(month: Month): number {
  const seconds =
    month.end === 'low'
      ? { tick: 0.2, poll: 0.5, mention: 0.05 }
      : { tick: 3, poll: 3, mention: 0.5 };
  return (
    0.5 * (TICKS * seconds.tick + month.polls * seconds.poll + month.mentions * seconds.mention)
  );
}

/** The item, its index entry and a share of its day's mark; a poll writes its source's state twice. */
function writeUnits({ mentions, polls, end }: Month): number {
  const perMention = end === 'low' ? 2.5 : 5;
  const perPoll = end === 'low' ? 4 : 14;
  return mentions * perMention + polls * perPoll + TICKS * 2;
}

/** Recounts read each mention about 12 times from the slim index; polls and ticks read states and settings. */
function readUnits({ mentions, polls, sources, end }: Month): number {
  const perMention = end === 'low' ? 0.3 : 2;
  const perPoll = end === 'low' ? 1 : 3;
  return mentions * perMention + polls * perPoll + TICKS * 10 + HOURS * sources * 2;
}

const storedGb = ({ mentions, retentionDays, end }: Month) =>
  ((mentions / DAYS) * retentionDays * MENTION_BYTES[end]) / GB;

/** A crisis now and then, or three mails a person and day. */
const mails = ({ recipients, end }: Month) => recipients * (end === 'low' ? 4 : 3 * DAYS);

const logGb = (month: Month) =>
  ((invocations(month) + month.polls) * (month.end === 'low' ? 600 : 2_000)) / GB;

/** Share of mentions that the embedded classifier is unsure of, and tokens of one mention in a call of twenty. */
const UNSURE: Range = { low: 0.1, high: 0.3 };
const TOKENS_IN: Range = { low: 120, high: 400 };
const TOKENS_OUT: Range = { low: 60, high: 150 };

/** Never more than the budget of the month, at which the functions stop asking. */
function paidService(bedrock: BedrockSettings): Service {
  const { model, mode, monthlyBudgetUsd, inputUsdPerMillion, outputUsdPerMillion } = bedrock;
  const asked = ({ mentions, end }: Month) => mentions * (mode === 'all' ? 1 : UNSURE[end]);
  return {
    service: 'Bedrock',
    of: (low, high) => `${span(asked(low), asked(high), 'mentions')} to ${model}`,
    cost: (month) =>
      Math.min(
        monthlyBudgetUsd,
        (asked(month) *
          (TOKENS_IN[month.end] * inputUsdPerMillion +
            TOKENS_OUT[month.end] * outputUsdPerMillion)) /
          MILLION,
      ),
  };
}

const SERVICES: readonly Service[] = [
  {
    service: 'Lambda',
    of: (low, high) => span(invocations(low), invocations(high), 'calls'),
    cost: (month) =>
      charged(gbSeconds(month), ALWAYS_FREE.lambda.gbSeconds, month.end) * PRICES.lambda.gbSecond +
      (charged(invocations(month), ALWAYS_FREE.lambda.requests, month.end) / MILLION) *
        PRICES.lambda.millionRequests,
  },
  {
    service: 'SQS',
    of: () => `${QUEUES} queues that are always listened to`,
    cost: (month) => {
      const used = QUEUES * IDLE_RECEIVES + 3 * (month.polls + month.mentions);
      return (
        (charged(used, ALWAYS_FREE.sqs.requests, month.end) / MILLION) * PRICES.sqs.millionRequests
      );
    },
  },
  {
    service: 'DynamoDB requests',
    of: (low, high) => span(writeUnits(low), writeUnits(high), 'writes'),
    cost: (month) =>
      (writeUnits(month) / MILLION) * PRICES.dynamodb.millionWrites +
      (readUnits(month) / MILLION) * PRICES.dynamodb.millionReads,
  },
  {
    service: 'DynamoDB storage',
    of: (low, high) =>
      `${low.retentionDays} days, up to ${storedGb(high).toFixed(2)} GB, with recovery`,
    cost: (month) =>
      charged(storedGb(month), ALWAYS_FREE.dynamodb.gb, month.end) * PRICES.dynamodb.gbMonth +
      storedGb(month) * PRICES.dynamodb.recoveryGbMonth,
  },
  {
    service: 'CloudWatch',
    of: ({ bedrock }) =>
      `${ALARM_METRICS + bedrock} alarm metrics, ${OWN_METRICS + bedrock} metrics, logs of 30 days`,
    cost: (month) =>
      charged(ALARM_METRICS + month.bedrock, ALWAYS_FREE.cloudwatch.alarmMetrics, month.end) *
        PRICES.cloudwatch.alarmMetricMonth +
      charged(OWN_METRICS + month.bedrock, ALWAYS_FREE.cloudwatch.metrics, month.end) *
        PRICES.cloudwatch.metricMonth +
      charged(logGb(month), ALWAYS_FREE.cloudwatch.logGb, month.end) * PRICES.cloudwatch.logGb,
  },
  {
    service: 'X-Ray',
    of: () => 'traces of calls',
    cost: (month) =>
      (charged(invocations(month), ALWAYS_FREE.xray.traces, month.end) / MILLION) *
      PRICES.xray.millionTraces,
  },
  {
    service: 'SES',
    of: (low, high) => span(mails(low), mails(high), 'mails'),
    cost: (month) => {
      const price =
        month.end === 'low' ? PRICES.ses.thousandMails : PRICES.ses.thousandMailsEssentials;
      // Each carries its evidence as a file of 20 to 500 KB.
      const gb = (mails(month) * (month.end === 'low' ? 20_000 : 500_000)) / GB;
      return (mails(month) / 1000) * price + gb * PRICES.ses.attachmentGb;
    },
  },
  {
    service: 'EventBridge Scheduler',
    of: () => `${whole(TICKS)} ticks`,
    cost: ({ end }) =>
      (charged(TICKS, ALWAYS_FREE.scheduler.invocations, end) / MILLION) *
      PRICES.scheduler.millionInvocations,
  },
];

/** The estimate as lines for a terminal, 80 characters wide. */
export function estimateLines({
  asOf,
  region,
  mentionsPerDay,
  services,
  total,
}: Estimate): string[] {
  const usd = (amount: number) => `$${amount.toFixed(2)}`.padStart(9);
  const row = (name: string, { low, high }: Range, of: string) =>
    `${name.padEnd(22)} ${usd(low)} ${usd(high)}  ${of}`.trimEnd();
  return [
    `${'USD a month'.padEnd(22)} ${'low'.padStart(9)} ${'high'.padStart(9)}`,
    ...services.map((cost) => row(cost.service, cost, cost.of)),
    row('total', total, ''),
    `Low: the free tier is all yours. High: none of it is left. ${span(mentionsPerDay.low, mentionsPerDay.high, 'mentions a day')}.`,
    `List prices of ${region}, ${asOf}, without tax; other regions up to a fifth more.`,
  ];
}
