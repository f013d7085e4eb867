import { describe, expect, it } from 'vitest';
import { synthesise } from './synthesise.ts';

/**
 * Logical ids that a deployed stack holds data under. A changed id makes CloudFormation create an empty
 * resource and forget or delete the old one, so none of these lines may ever change.
 */
const PINNED = {
  MentionsTable956CD738: 'AWS::DynamoDB::GlobalTable',
  ClassificationMentionsQueueF3EDCE56: 'AWS::SQS::Queue',
  ClassificationMentionsDeadLetters75287E3F: 'AWS::SQS::Queue',
  CollectionPollsQueue36BFB880: 'AWS::SQS::Queue',
  CollectionPollsDeadLettersE3353B0A: 'AWS::SQS::Queue',
  // Another topic would leave the operator's confirmed subscription behind.
  OperationsAlarmsTopic963CE279: 'AWS::SNS::Topic',
  // Who unsubscribed.
  DigestDeliveryPeople58F78D49: 'AWS::SES::ContactList',
};

const app = synthesise();

describe('resources that hold data', () => {
  it('keep their logical ids', () => {
    const found = Object.keys(PINNED).map((id) => [id, app.named(id)?.type]);
    expect(Object.fromEntries(found)).toEqual(PINNED);
  });

  it('are all in the list above', () => {
    const stateful = app.resources
      .filter(({ type }) =>
        /DynamoDB|SQS::Queue$|SNS::Topic$|S3::Bucket|RDS|KMS|SES::ContactList/.test(type),
      )
      .map(({ logicalId }) => logicalId);
    expect(stateful.toSorted()).toEqual(Object.keys(PINNED).toSorted());
  });

  it('keep the table when its stack goes: retained, protected, in a stack that cannot be deleted by accident', () => {
    const table = app.named('MentionsTable956CD738');
    expect(table?.stack).toBe('acme-watch-data');
    expect(table?.deletionPolicy).toBe('Retain');
    const [replica] = table?.properties.Replicas ?? [];
    expect(replica.DeletionProtectionEnabled).toBe(true);
    expect(replica.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled).toBe(true);
  });

  it('keep keys and index projections, which DynamoDB cannot change', () => {
    const { properties } = app.named('MentionsTable956CD738') ?? {};
    expect(properties.TableName).toBeUndefined();
    expect(properties.KeySchema.map((key: { AttributeName: string }) => key.AttributeName)).toEqual(
      ['PK', 'SK'],
    );
    const indexes = properties.GlobalSecondaryIndexes.map(
      (index: { IndexName: string; Projection: { NonKeyAttributes?: string[] } }) => [
        index.IndexName,
        index.Projection.NonKeyAttributes?.toSorted().join(' ') ?? 'keys',
      ],
    );
    expect(indexes).toEqual([
      [
        'GSI1',
        'authorHash contentHash cv dimensions flags kind lang population rating sentiment signals sketch source ttl verdicts version',
      ],
      ['GSI2', 'keys'],
    ]);
  });
});
