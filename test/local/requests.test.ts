import { DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  ChangeMessageVisibilityCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { clientOptions, functionId, misbehave, notesRuns, START, send } from './notes-runs.ts';

const { run, ofType } = notesRuns();

describe('permissions', () => {
  it('refuse and record what the role does not allow', async () => {
    const aws = await run();
    const result = await misbehave(aws, 'delete');
    expect(result).toMatchObject({
      outcome: 'failed',
      error: { errorType: 'AccessDeniedException' },
    });
    const { denied } = aws.policyReport();
    expect(denied).toMatchObject([
      {
        caller: functionId(aws, 'misbehave'),
        action: 'dynamodb:DeleteItem',
        resource: 'arn:aws:dynamodb:us-east-1:000000000000:table/NotesData-Notes5BB3582F',
        allowed: false,
        at: START,
      },
    ]);
    expect(ofType('denied').map(({ call }) => call)).toEqual(denied);
  });

  it('name what is granted and was not used', async () => {
    const aws = await run();
    await aws.runUntil('2026-03-02T07:00:00Z');
    const unused = aws
      .policyReport()
      .unused.filter(({ role }) => role.includes('-keep'))
      .map(({ statement, kind, pattern }) => [
        statement.slice(statement.indexOf('#')),
        kind,
        pattern.slice(pattern.lastIndexOf(':') + 1),
      ]);
    expect(unused).toEqual([
      ['#Store', 'action', 'Query'],
      ['#Store', 'resource', 'table/NotesData-Notes5BB3582F/index/*'],
      ['#2', 'action', 'ChangeMessageVisibility'],
      ['#2', 'action', 'GetQueueUrl'],
    ]);
    expect(aws.policyReport().denied).toEqual([]);
  });

  it('are checked for pollers and schedules as for functions, with the units a call cost', async () => {
    const aws = await run();
    await aws.runUntil(START);
    const kept = aws.calls.map(({ caller, action, capacityUnits }) => [
      caller.replace(/[0-9A-F]{8}$/, ''),
      action,
      capacityUnits,
    ]);
    expect(kept).toEqual([
      ['keep', 'sqs:GetQueueAttributes', undefined],
      ['keep', 'sqs:ReceiveMessage', undefined],
      ['Hourly', 'lambda:InvokeFunction', undefined],
      ['tick', 'sqs:SendMessage', undefined],
      ['keep', 'sqs:ReceiveMessage', undefined],
      ['keep', 'dynamodb:PutItem', 1],
      ['keep', 'ses:SendEmail', undefined],
      ['keep', 'sqs:DeleteMessage', undefined],
    ]);
  });

  it('turn away a key that nobody holds', async () => {
    const aws = await run();
    const credentials = { accessKeyId: 'STRANGER', secretAccessKey: 'x' };
    const client = new DynamoDBClient({ ...clientOptions(aws), credentials });
    const TableName = aws.outputs['TableName'];
    await expect(client.send(new ScanCommand({ TableName }))).rejects.toThrow(
      'The security token included in the request is invalid.',
    );
  });
});

describe('stand-ins', () => {
  it('show a message again at once when its visibility is set to nothing', async () => {
    const aws = await run();
    const client = new SQSClient(clientOptions(aws));
    const QueueUrl = aws.queues().find(({ isDeadLetterQueue }) => isDeadLetterQueue)?.url;
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'again' }));
    for (const _round of [1, 2]) {
      const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
      expect(Messages.map(({ Body }) => Body)).toEqual(['again']);
      const ReceiptHandle = Messages[0]?.ReceiptHandle;
      await client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
      );
    }
  });

  it('answer a query of an index with its projection alone', async () => {
    const aws = await run();
    await send(aws, 'quiet');
    await aws.drain();
    const { Items } = await new DynamoDBClient(clientOptions(aws)).send(
      new QueryCommand({
        TableName: aws.outputs['TableName'],
        IndexName: 'ByKind',
        KeyConditionExpression: 'kind = :kind',
        ExpressionAttributeValues: { ':kind': { S: 'note' } },
      }),
    );
    expect(Items?.map((item) => Object.keys(item).toSorted())).toEqual([
      ['PK', 'SK', 'keptAt', 'kind'],
    ]);
  });

  it('invoke a function for whoever may, and say how it ended', async () => {
    const aws = await run();
    const invoke = (name: string, payload: object, type: string) =>
      fetch(`${aws.endpoint}/2015-03-31/functions/${name}/invocations`, {
        method: 'POST',
        headers: {
          authorization: `AWS4-HMAC-SHA256 Credential=${aws.operatorCredentials.accessKeyId}/20260302/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0`,
          'x-amz-invocation-type': type,
        },
        body: JSON.stringify(payload),
      });
    const name = aws.outputs['Misbehave'] ?? '';
    const good = await invoke(name, {}, 'RequestResponse');
    expect(await good.json()).toMatchObject({ calls: 1 });
    const bad = await invoke(name, { how: 'throw' }, 'RequestResponse');
    expect([bad.status, bad.headers.get('x-amz-function-error')]).toEqual([200, 'Unhandled']);
    expect(await bad.json()).toMatchObject({ errorType: 'RangeError' });
    expect((await invoke(name, {}, 'Event')).status).toBe(202);
    await aws.drain();
    expect(ofType('invocation')).toHaveLength(3);
    expect((await invoke('nobody', {}, 'Event')).status).toBe(404);
  });

  it('keep parameters, secret ones undecrypted unless asked', async () => {
    const aws = await run();
    const client = new SSMClient(clientOptions(aws));
    const read = async (Name: string, WithDecryption: boolean) =>
      (await client.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter?.Value;
    expect(await read('/notes/greeting', false)).toBe('hello');
    await client.send(
      new PutParameterCommand({ Name: '/notes/key', Value: 's3cret', Type: 'SecureString' }),
    );
    expect(await read('/notes/key', false)).not.toBe('s3cret');
    expect(await read('/notes/key', true)).toBe('s3cret');
    await expect(read('/notes/none', true)).rejects.toMatchObject({ name: 'ParameterNotFound' });
  });
});
