import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

export interface AnalystAccessProps {
  readonly table: TableV2;
  readonly stackName: string;
  /** Ids of the only brands that may be read. Default: all. */
  readonly brands?: readonly string[] | undefined;
  /** Analysts may also relabel mentions, note actions and acknowledge, snooze or close incidents. Default: false. */
  readonly mayAnnotate?: boolean | undefined;
}

/**
 * Partitions that hold a brand's data. Text of mentions, old versions included, lies under `M#`; `C#` holds
 * the configuration and what was checked, `S#` the states of sources, `D#` which days are being counted.
 */
function partitionsOf(brand: string): string[] {
  return [`M#${brand}#*`, `R#${brand}`, `I#${brand}`, `G#${brand}`, `A#${brand}`, `${brand}#*`];
}
const SHARED = ['C#*', 'S#*', 'D#*'];

/** What a note, a relabel's mark or a step on an incident writes. */
const ANNOTATED = (brand: string) => [`A#${brand}`, `I#${brand}`];

/**
 * What people with the command line may do: read the table and its day index, and find them. There is no grant
 * for Scan: a policy that is limited by leading keys must not be got round.
 *
 * The keyed hashes of authors stay readable, because the counts need them (three of one author a day). Names are hidden
 * by not having the key: nobody turns a hash back without the SecureString, which this policy does not grant.
 */
export class AnalystAccess extends Construct {
  readonly policy: ManagedPolicy;

  constructor(scope: Construct, id: string, props: AnalystAccessProps) {
    super(scope, id);
    const { table, stackName, brands, mayAnnotate = false } = props;
    const leadingKeys = (keys: readonly string[]) => ({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...keys] },
      // Without a key in the request "for all values" would be true of none.
      Null: { 'dynamodb:LeadingKeys': 'false' },
    });
    const readable = brands?.flatMap(partitionsOf);
    const annotated = brands?.flatMap(ANNOTATED) ?? ['A#*', 'I#*'];
    this.policy = new ManagedPolicy(this, 'Policy', {
      description: `promisewatch: what analysts of ${stackName} may do`,
      statements: [
        new PolicyStatement({
          sid: 'ReadMentions',
          actions: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
          resources: [table.tableArn, `${table.tableArn}/index/GSI1`],
          ...(readable !== undefined && { conditions: leadingKeys([...readable, ...SHARED]) }),
        }),
        new PolicyStatement({
          sid: 'FindTable',
          actions: ['ssm:GetParameter'],
          resources: [
            Stack.of(this).formatArn({
              service: 'ssm',
              resource: 'parameter',
              resourceName: `promisewatch/${stackName}/table-name`,
            }),
          ],
        }),
        ...(mayAnnotate
          ? [
              new PolicyStatement({
                sid: 'Annotate',
                actions: ['dynamodb:PutItem'],
                resources: [table.tableArn],
                conditions: leadingKeys(annotated),
              }),
              new PolicyStatement({
                sid: 'MarkForRecount',
                actions: ['dynamodb:UpdateItem'],
                resources: [table.tableArn],
                conditions: leadingKeys(['D#*']),
              }),
            ]
          : []),
      ],
    });
    new CfnOutput(this, 'PolicyArn', {
      value: this.policy.managedPolicyArn,
      description: 'attach it to the people or roles that read mentions',
    });
  }
}
