import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../bin/local-run/open-run.ts';
import { PRICES } from '../../src/cost/prices.ts';
import {
  chargedQueueRequests,
  type PipelineCount,
  queueRequests,
  runPipeline,
} from './pipeline.ts';

// Counts what new mentions cost the pipeline on this machine and writes the part of docs/cost.md that says so.
const MENTIONS = 2000;
const PAGE = join(ROOT, 'docs', 'cost.md');
const BEGINS = '<!-- Written by `npm run bench cost`: -->';
const ENDS = '<!-- End of what is written. -->';
const MILLION = 1_000_000;
const MEMORY_GB = 0.5;
const DAYS = 30.4;

/** Mentions a day. */
const SIZES = { small: 300, agency: 30_000, internet: 10_000_000 } as const;

/**
 * Other designs at the same volume, computed from what they publish and the same prices; none was run.
 * docs/cost.md says on what.
 */
const PEERS = [
  {
    name: 'one language-model call a mention (Haiku 4.5, $555 per million calls of this length)',
    perMillion: 555,
    aMonth: 0,
  },
  {
    name: 'four Comprehend calls and ten Step Functions transitions a mention (Discovering Hot Topics 2.3.4)',
    perMillion: 1466,
    aMonth: 35,
  },
] as const;

interface Line {
  readonly what: string;
  readonly each: string;
  readonly usd: number;
}

const count = await runPipeline(MENTIONS);
const lines = linesOf(count);
const perMillion = lines.reduce((sum, { usd }) => sum + usd, 0);
const text = page(count, lines, perMillion);
console.log(text);
const before = readFileSync(PAGE, 'utf8');
const [head = '', rest = ''] = before.split(BEGINS);
writeFileSync(
  PAGE,
  `${head.trimEnd()}\n\n${BEGINS}\n\n${text}\n\n${ENDS}\n${rest.split(ENDS)[1] ?? ''}`,
);

function linesOf(counted: PipelineCount): Line[] {
  const { calls, handlerSeconds, writeUnits, mentions } = counted;
  const of = (...actions: string[]) =>
    actions.reduce((sum, action) => sum + (calls[action] ?? 0), 0) / mentions;
  const charged = chargedQueueRequests(counted);
  const reads = of('dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:BatchGetItem');
  const seconds = ['dispatch', 'collect', 'classify', 'rollup'].reduce(
    (sum, name) => sum + (handlerSeconds[name] ?? 0),
    0,
  );
  const perMention = seconds / mentions;
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
      what: 'queue',
      each: `${queueRequests(counted).toFixed(3)} requests, charged as ${charged.toFixed(3)}`,
      usd: charged * PRICES.sqs.millionRequests,
    },
    {
      what: `Lambda at ${MEMORY_GB} GB`,
      each: `${(perMention * 1000).toFixed(1)} ms here, waiting included`,
      usd: perMention * MILLION * MEMORY_GB * PRICES.lambda.gbSecond,
    },
  ];
}

function page(
  { mentions, seconds, meanItemBytes, meanIndexBytes, meanWireBytes }: PipelineCount,
  all: readonly Line[],
  million: number,
): string {
  const usd = (amount: number) =>
    amount >= 100 ? `$${Math.round(amount).toLocaleString('en-GB')}` : `$${amount.toFixed(2)}`;
  const monthly = (perDay: number, each: number, fixed: number) =>
    usd((perDay * DAYS * each) / MILLION + fixed);
  return [
    '## Counted',
    '',
    `${mentions.toLocaleString('en-GB')} new mentions of at most 600 bytes went through the local run in ${Math.round(seconds)} s; its gateway counted the requests, and`,
    `the write units follow from the stored items (${meanItemBytes} bytes on average, ${meanIndexBytes} in the day index). Prices of ${PRICES.asOf}.`,
    '',
    '| a mention | counted | per million |',
    '|---|---:|---:|',
    ...all.map(({ what, each, usd: amount }) => `| ${what} | ${each} | ${usd(amount)} |`),
    `| **collected, judged, stored and counted** | | **${usd(million)}** |`,
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
    `| promisewatch | ${Object.values(SIZES)
      .map((perDay) => monthly(perDay, million, 0))
      .join(' | ')} |`,
    ...PEERS.map(
      (peer) =>
        `| ${peer.name} | ${Object.values(SIZES)
          .map((perDay) => monthly(perDay, peer.perMillion, peer.aMonth))
          .join(' | ')} |`,
    ),
    '',
    'The peers were not run: their figures follow from their published source and list prices, and they run a stronger model on each',
    'mention. Storage, alarms, idle queues and mail are in the estimate above, not in this table.',
  ].join('\n');
}
