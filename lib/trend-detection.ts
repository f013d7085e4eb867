import { Duration } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { CheckEnv, RollupEnv } from '../lambdas/env.ts';
import { nodeFunction, tableGrant } from './node-function.ts';
import { tick } from './tick.ts';

/** Counts every hour, checks each brand once a day at 06:00 of its own time, freezes digests. */
export class TrendDetection extends Construct {
  readonly check: LambdaFunction;
  readonly functions: LambdaFunction[];

  constructor(
    scope: Construct,
    id: string,
    { table, bundles }: { readonly table: TableV2; readonly bundles: string },
  ) {
    super(scope, id);
    const counting = new Construct(this, 'Rollup');
    const rollup = nodeFunction(counting, 'rollup', {
      bundles,
      environment: { TABLE_NAME: table.tableName } satisfies z.input<typeof RollupEnv>,
      timeout: Duration.minutes(10),
      memorySize: 512,
      grants: tableGrant(table, 'Recount', ['Query', 'PutItem', 'DeleteItem'], ['GSI1']),
    });
    tick(counting, rollup, 'cron(50 * * * ? *)');

    const checking = new Construct(this, 'Check');
    this.check = nodeFunction(checking, 'check', {
      bundles,
      environment: { TABLE_NAME: table.tableName } satisfies z.input<typeof CheckEnv>,
      timeout: Duration.minutes(10),
      memorySize: 512,
      grants: tableGrant(table, 'CheckAndFreeze', ['GetItem', 'Query', 'PutItem'], ['GSI1']),
    });
    // Hourly, because 06:00 comes at another hour in every time zone; zones off the full hour wait.
    tick(checking, this.check, 'cron(5 * * * ? *)');
    this.functions = [rollup, this.check];
  }
}
