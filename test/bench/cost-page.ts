import { PRICES } from '../../src/cost/prices.ts';
import { chargedQueueRequests, type PipelineCount, queueRequests } from './pipeline.ts';

const MILLION = 1_000_000;
const MEMORY_GB = 0.5;
const DAYS = 30.4;
/** A day is recounted every hour that something is written to it: its first mention 24 times, its last one once. */
const RECOUNTS = (24 + 1) / 2;
/** Nights on which the audit counts the day of a mention anew. */
const AUDITS = 36;
/** An eventually consistent read unit. */
const UNIT_BYTES = 2 * 4096;

/** Mentions a day. */
const SIZES = { small: 300, agency: 30_000, internet: 10_000_000 } as const;

/** Units a month of one kind of Comprehend call up to `to`, at `usd` each. */
const COMPREHEND = [
  { to: 10_000_000, usd: 0.0001 },
  { to: 50_000_000, usd: 0.000_05 },
  { to: Number.POSITIVE_INFINITY, usd: 0.000_025 },
] as const;
/** Of a text of 300 characters, and the least that a call is charged. */
const COMPREHEND_UNITS = 3;

/** USD a month of one Comprehend call for each of so many mentions. */
export function comprehendUsd(mentions: number): number {
  const units = mentions * COMPREHEND_UNITS;
  return COMPREHEND.reduce((sum, { to, usd }, i) => {
    const from = COMPREHEND[i - 1]?.to ?? 0;
    return sum + Math.max(0, Math.min(units, to) - from) * usd;
  }, 0);
}

/** Other designs at the same volume, computed from what they publish and list prices; none was run. The page says on what. */
const PEERS: readonly { readonly name: string; readonly monthly: (mentions: number) => number }[] =
  [
    {
      name: 'one language-model call a mention (Haiku 4.5, $555 per million calls of this length)',
      monthly: (mentions) => (mentions / MILLION) * 555,
    },
    {
      name: 'four Comprehend calls and ten Step Functions transitions a mention (Discovering Hot Topics 2.3.4)',
      monthly: (mentions) => 4 * comprehendUsd(mentions) + (mentions / MILLION) * 266 + 35,
    },
  ];

export interface CostLine {
  readonly what: string;
  readonly each: string;
  /** Per million mentions. */
  readonly usd: number;
}

/** What a million mentions cost, line by line, from what was counted. */
export function costLines(counted: PipelineCount): CostLine[] {
  const { calls, handlerSeconds, writeUnits, mentions, meanIndexBytes } = counted;
  const of = (...actions: string[]) =>
    actions.reduce((sum, action) => sum + (calls[action] ?? 0), 0) / mentions;
  const charged = chargedQueueRequests(counted);
  const reads = of('dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:BatchGetItem');
  const recountUnits = (RECOUNTS * meanIndexBytes) / UNIT_BYTES;
  const secondsOf = (name: string) => (handlerSeconds[name] ?? 0) / mentions;
  const perMention =
    secondsOf('dispatch') +
    secondsOf('collect') +
    secondsOf('classify') +
    RECOUNTS * secondsOf('rollup');
  return [
    {
      what: 'table writes',
      each: `${(writeUnits / mentions).toFixed(2)} units`,
      usd: (writeUnits / mentions) * PRICES.dynamodb.millionWrites,
    },
    {
      what: 'table reads, a unit a request',
      each: `${reads.toFixed(3)} requests`,
      usd: reads * PRICES.dynamodb.millionReads,
    },
    {
      what: `hourly recounts, which read it ${RECOUNTS} times`,
      each: `${recountUnits.toFixed(2)} units, computed from its entry in the day index`,
      usd: recountUnits * PRICES.dynamodb.millionReads,
    },
    {
      what: 'queue',
      each: `${queueRequests(counted).toFixed(3)} requests, charged as ${charged.toFixed(3)}`,
      usd: charged * PRICES.sqs.millionRequests,
    },
    {
      what: `Lambda at ${MEMORY_GB} GB`,
      each: `${(perMention * 1000).toFixed(1)} ms here, waiting and ${RECOUNTS} recounts included`,
      usd: perMention * MILLION * MEMORY_GB * PRICES.lambda.gbSecond,
    },
  ];
}

const auditUsd = ({ meanIndexBytes }: PipelineCount): number =>
  ((AUDITS * meanIndexBytes) / UNIT_BYTES) * PRICES.dynamodb.millionReads;

/** The part of docs/cost.md that follows from the counts. */
export function costPage(counted: PipelineCount): string {
  const { mentions, seconds, meanItemBytes, meanIndexBytes, meanWireBytes } = counted;
  const lines = costLines(counted);
  const million = lines.reduce((sum, { usd }) => sum + usd, 0);
  const row = (name: string, monthly: (mentions: number) => number) =>
    `| ${name} | ${Object.values(SIZES)
      .map((perDay) => inUsd(monthly(perDay * DAYS)))
      .join(' | ')} |`;
  return [
    '## Counted',
    '',
    `${mentions.toLocaleString('en-GB')} new mentions of at most 600 bytes went through the local run in ${Math.round(seconds)} s; its gateway counted the requests, and`,
    `the write units follow from the stored items (${meanItemBytes} bytes on average, ${meanIndexBytes} in the day index). Prices of ${PRICES.asOf}.`,
    '',
    '| a mention | counted | per million |',
    '|---|---:|---:|',
    ...lines.map(({ what, each, usd }) => `| ${what} | ${each} | ${inUsd(usd)} |`),
    `| **collected, judged, stored and counted** | | **${inUsd(million)}** |`,
    '',
    `Not in the sum: the nightly audit reads each mention once more on up to ${AUDITS} nights, ${inUsd(auditUsd(counted))} per million and the function's time.`,
    '',
    'Queue requests cannot fall below 0.03: a message holds at most 10 mentions, so that a poison one is found alone after few',
    'tries, and a request at most 10 messages. That is 100 mentions a request, and each is sent, received and deleted: 3 ÷ 100. What is',
    'above that are polls and the last messages of a source, which are not full. 0.02 was the aim; it would take 15 mentions a message.',
    `SQS charges each 64 KB of a send or a receive as a request: 10 messages of 10 mentions of ${meanWireBytes} bytes are ${Math.ceil((100 * meanWireBytes) / 65_536)}.`,
    '',
    'Lambda is charged here for the time of this machine, where a request to the table costs more than on AWS and the processor is',
    'another; it is an upper bound on a quiet machine, not a measurement of Lambda.',
    '',
    `| a month, pipeline only, no free tier | ${Object.entries(SIZES)
      .map(([name, perDay]) => `${name}, ${perDay.toLocaleString('en-GB')} a day`)
      .join(' | ')} |`,
    '|---|---:|---:|---:|',
    row('promisewatch', (month) => (month / MILLION) * million),
    ...PEERS.map(({ name, monthly }) => row(name, monthly)),
    '',
    'A poll brought up to 1,000 of the mentions that were counted. Polls that bring little, storage, alarms, idle queues and mail are in',
    'the estimate above, not in this table; at 300 mentions a day they are most of the bill.',
    '',
    'The peers were not run: their figures follow from their published source and list prices, and they run a stronger model on each',
    'mention. A language-model call: 355 tokens in at $1 and 40 out at $5 per million. A Comprehend call: three units of 100 characters, at',
    '$0.0001 each for the first 10 million a month, $0.00005 up to 50 million and $0.000025 beyond (tiers as third parties print them). For',
    'transitions, queues and streams $266 per million mentions, and $35 a month for a stream and a dashboard.',
  ].join('\n');
}

const inUsd = (amount: number) =>
  amount >= 100 ? `$${Math.round(amount).toLocaleString('en-GB')}` : `$${amount.toFixed(2)}`;
