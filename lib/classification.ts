import { Duration } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { ClassifyEnv } from '../lambdas/env.ts';
import { type FunctionDefaults, nodeFunction, tableGrant } from './node-function.ts';
import { WorkQueue } from './work-queue.ts';

const TIMEOUT = Duration.seconds(60);
/** Judging at the same time; what the table gets at most is this times what one function writes. */
const CONCURRENCY = 10;

/** Mentions in, judged mentions in the table, poison in the dead-letter queue. */
export class Classification extends Construct {
  /** Where collection sends mentions. */
  readonly work: WorkQueue;

  constructor(
    scope: Construct,
    id: string,
    { table, defaults }: { readonly table: TableV2; readonly defaults: FunctionDefaults },
  ) {
    super(scope, id);
    this.work = new WorkQueue(this, 'Mentions', TIMEOUT);
    const classify = nodeFunction(this, 'classify', {
      defaults,
      calledBy: 'queue',
      environment: {
        TABLE_NAME: table.tableName,
        MENTIONS_QUEUE_URL: this.work.queue.queueUrl,
      } satisfies z.input<typeof ClassifyEnv>,
      timeout: TIMEOUT,
      memorySize: 512,
      concurrency: CONCURRENCY,
      grants: [
        this.work.consumerGrant,
        // A chunk with a poison mention goes back to the queue in single mentions.
        this.work.senderGrant,
        ...tableGrant(table, 'StoreMentions', ['GetItem', 'PutItem', 'UpdateItem']),
      ],
    });
    this.work.feed(classify, CONCURRENCY);
  }
}
