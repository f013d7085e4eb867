import { describe, expect, it } from 'vitest';
import { failedMessages, sqsEvent } from '../../../local/lambda/sqs-event.ts';

describe('the answer to a batch', () => {
  const ids = ['a', 'b', 'c'];

  it.each([
    ['nothing', 'null'],
    ['an empty object', '{}'],
    ['a null list', '{"batchItemFailures":null}'],
    ['an empty list', '{"batchItemFailures":[]}'],
  ])('keeps nothing back for %s', (_what, answer) => {
    expect(failedMessages(answer, ids)).toEqual([]);
  });

  it('keeps back the messages it names', () => {
    const answer = '{"batchItemFailures":[{"itemIdentifier":"c"},{"itemIdentifier":"a"}]}';
    expect(failedMessages(answer, ids)).toEqual(['c', 'a']);
  });

  it.each([
    ['an unknown message', '{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"x"}]}'],
    ['an empty identifier', '{"batchItemFailures":[{"itemIdentifier":""}]}'],
    ['a null identifier', '{"batchItemFailures":[{"itemIdentifier":null}]}'],
    ['a key it does not know', '{"batchItemFailures":[{"messageId":"a"}]}'],
    ['bare identifiers', '{"batchItemFailures":["a"]}'],
    ['something that is no list', '{"batchItemFailures":"a"}'],
    ['text', '"done"'],
  ])('keeps back the whole batch for %s', (_what, answer) => {
    expect(failedMessages(answer, ids)).toEqual(ids);
  });
});

describe('the event for a batch', () => {
  it('has the shape that functions know', () => {
    const message = {
      MessageId: 'm',
      ReceiptHandle: 'r',
      MD5OfBody: 'd',
      Body: 'text',
      Attributes: { ApproximateReceiveCount: '2' },
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'note' } },
    };
    const queue = 'arn:aws:sqs:us-east-1:000000000000:q';
    expect(sqsEvent([message], queue, 'us-east-1')).toEqual({
      Records: [
        {
          messageId: 'm',
          receiptHandle: 'r',
          body: 'text',
          attributes: { ApproximateReceiveCount: '2' },
          messageAttributes: {
            kind: {
              stringValue: 'note',
              stringListValues: [],
              binaryListValues: [],
              dataType: 'String',
            },
          },
          md5OfBody: 'd',
          eventSource: 'aws:sqs',
          eventSourceARN: queue,
          awsRegion: 'us-east-1',
        },
      ],
    });
  });
});
