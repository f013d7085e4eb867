import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { bedrockConverse } from '../../src/adapters/bedrock.ts';
import { ADAPTIVE_RETRY } from '../../src/adapters/dynamodb/adaptive-retry.ts';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoPaidBudget } from '../../src/adapters/dynamodb/paid-budget.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { dynamoCheckpoints, dynamoSettingsStore } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoTable } from '../../src/adapters/dynamodb/table.ts';
import { sqsMentionQueue } from '../../src/adapters/sqs.ts';
import { loadAssets } from '../../src/classification/assets.ts';
import { brandJudges } from '../../src/classification/brand-judges.ts';
import { createClassifier } from '../../src/classification/classifier.ts';
import { judge } from '../../src/classification/judge.ts';
import { type LanguageDetector, loadLanguageDetector } from '../../src/classification/language.ts';
import { fallbackShares, paidAsker } from '../../src/classification/paid/paid-asker.ts';
import { settingsCache } from '../../src/config/settings-cache.ts';
import { log, logError } from '../../src/log.ts';
import { measure } from '../../src/metrics.ts';
import { parse } from '../../src/parse.ts';
import { sharedMarks } from '../../src/rollups/shared-marks.ts';
import { ClassifyEnv } from '../env.ts';
import { eachRecord, receiveCount } from '../sqs-batch.ts';

const env = parse(ClassifyEnv, process.env, 'environment of classify');
const table = dynamoTable(new DynamoDBClient(ADAPTIVE_RETRY), env.TABLE_NAME);
// A mention judged by promises that are no longer in force would wait for the next reclassify to be counted.
const settings = settingsCache(dynamoSettingsStore(table), 0);
// The assets lie beside the bundle, which is CommonJS and so knows its folder.
let detect: LanguageDetector | undefined;
const classifier = createClassifier(
  loadAssets(join(__dirname, 'assets')),
  (text) => detect?.(text) ?? null,
);
const ask = paidAsker(classifier, {
  converse: bedrockConverse(),
  budget: dynamoPaidBudget(table),
  store: dynamoMentionStore(table),
  onAsked: ({ answered, fallbacks }) => {
    const reasons = [...new Set(fallbacks)].join(', ');
    log('asked', { answered, fellBack: fallbacks.length, reasons });
    measure(
      env.METRICS_NAMESPACE,
      { FellBackPercent: fallbackShares({ answered, fallbacks }) },
      new Date(),
    );
  },
});
const judges = brandJudges(classifier, dynamoCheckpoints(table));
const rollups = dynamoRollupStore(table);
const deps = {
  store: dynamoMentionStore(table),
  queue: sqsMentionQueue(new SQSClient(), env.MENTIONS_QUEUE_URL),
  onFailure: (error: unknown, { id, brand }: { id: string; brand: string }) =>
    logError('mention-failed', error, { mention: id, brand }),
};

/** For each message: judge its mentions and store them, or send the poison ones back alone. */
export const handler = async (event: SQSEvent): Promise<SQSBatchResponse> => {
  const now = new Date();
  const current = await settings.current(now);
  if (current === undefined)
    throw new Error('there is no configuration yet. Run "promisewatch apply".');
  const classify = await judges.of(current);
  const paid = ask(current.settings, () => new Date());
  // A megabyte of tables: loaded when the first mention arrives whose source states no language.
  if (event.Records.some(({ body }) => body.includes('"lang":null')))
    detect ??= await loadLanguageDetector();
  // All messages of a call are acknowledged together, so their days are marked together, too.
  const together = sharedMarks(rollups, event.Records.length);
  return eachRecord(event, async (record) => {
    const { outcomes, split } = await together((marks) =>
      judge(record.body, receiveCount(record), now, {
        ...deps,
        rollups: marks,
        classify,
        ...(paid !== undefined && { ask: paid }),
      }),
    );
    log('judged', { ...outcomes, split });
  });
};
