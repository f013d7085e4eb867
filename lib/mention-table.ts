import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

/** Attributes of the day index. A projection cannot be changed later: this list is final. */
export const DAY_INDEX_ATTRIBUTES = [
  'ttl',
  'source',
  'kind',
  'population',
  'rating',
  'lang',
  'sentiment',
  'verdicts',
  'dimensions',
  'signals',
  'cv',
  'version',
  'contentHash',
  'authorHash',
  'sketch',
  'flags',
];

/** The one table: keys, retention and backup. Keys are documented in docs/data-model.md. */
export class MentionTable extends Construct {
  readonly table: TableV2;

  /** @param maxWriteUnits a second: what a flood of mentions may cost; the queue keeps the rest */
  constructor(scope: Construct, id: string, maxWriteUnits: number) {
    super(scope, id);
    const string = (name: string) => ({ name, type: AttributeType.STRING });
    this.table = new TableV2(this, 'Table', {
      partitionKey: string('PK'),
      sortKey: string('SK'),
      billing: Billing.onDemand({ maxWriteRequestUnits: maxWriteUnits }),
      timeToLiveAttribute: 'ttl',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      globalSecondaryIndexes: [
        {
          // Mentions of one brand and day, by publish time.
          indexName: 'GSI1',
          partitionKey: string('GSI1PK'),
          sortKey: string('GSI1SK'),
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: DAY_INDEX_ATTRIBUTES,
          maxWriteRequestUnits: maxWriteUnits,
        },
        {
          // Sparse: sources that fall due, and what waits for something.
          indexName: 'GSI2',
          partitionKey: string('GSI2PK'),
          sortKey: string('GSI2SK'),
          projectionType: ProjectionType.KEYS_ONLY,
          maxWriteRequestUnits: maxWriteUnits,
        },
      ],
    });
  }
}
