import { Stack, type StackProps } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { MentionTable } from './mention-table.ts';

/** Everything that must outlive a deployment, apart from the functions that come and go. */
export class DataStack extends Stack {
  readonly table: TableV2;

  constructor(
    scope: Construct,
    id: string,
    props: StackProps & { readonly maxWriteUnits: number },
  ) {
    super(scope, id, props);
    this.table = new MentionTable(this, 'Mentions', props.maxWriteUnits).table;
  }
}
