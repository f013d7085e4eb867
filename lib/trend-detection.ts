import { Duration } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { CheckEnv, RollupEnv } from '../lambdas/env.ts';
import { type FunctionDefaults, nodeFunction, tableGrant } from './node-function.ts';
import { tick } from './tick.ts';

export interface TrendDetectionProps {
  readonly table: TableV2;
  readonly defaults: FunctionDefaults;
  readonly retentionDays: number;
}

/** Counts every hour, checks each brand once a day at 06:00 of its own time, freezes digests. */
export class TrendDetection extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { table, defaults, retentionDays }: TrendDetectionProps,
  ) {
    super(scope, id);
    const counting = new Construct(this, 'Rollup');
    const rollup = nodeFunction(counting, 'rollup', {
      defaults,
      calledBy: 'clock',
      environment: {
        TABLE_NAME: table.tableName,
        RETENTION_DAYS: String(retentionDays),
      } satisfies z.input<typeof RollupEnv>,
      timeout: Duration.minutes(10),
      memorySize: 512,
      concurrency: 1,
      grants: tableGrant(
        table,
        'Recount',
        // UpdateItem: the audit marks a day that differs.
        ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
        ['GSI1'],
      ),
    });
    tick(counting, rollup, 'cron(50 * * * ? *)');

    const checking = new Construct(this, 'Check');
    const check = nodeFunction(checking, 'check', {
      defaults,
      calledBy: 'clock',
      environment: { TABLE_NAME: table.tableName } satisfies z.input<typeof CheckEnv>,
      timeout: Duration.minutes(10),
      memorySize: 512,
      concurrency: 1,
      grants: tableGrant(
        table,
        'CheckAndFreeze',
        // BatchGetItem: the texts of a digest's mentions.
        ['GetItem', 'BatchGetItem', 'Query', 'PutItem'],
        // GSI2: which digests still wait for somebody.
        ['GSI1', 'GSI2'],
      ),
    });
    // Hourly, because 06:00 comes at another hour in every time zone; zones off the full hour wait.
    tick(checking, check, 'cron(5 * * * ? *)');
  }
}
