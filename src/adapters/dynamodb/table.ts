import { setTimeout as wait } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DeleteItemCommandInput,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

/** Plain attributes of an item; the keys are called as in docs/data-model.md. */
export type Item = Record<string, unknown>;

export interface Condition {
  /** A constant expression; values only through `values`. */
  readonly expression: string;
  readonly names?: Record<string, string>;
  readonly values?: Item;
}

/** The table, in plain values. Every method is one request; conditions that fail are answers, not errors. */
export interface Table {
  get(pk: string, sk: string, options?: { consistent?: boolean }): Promise<Item | undefined>;
  /** @returns false when the condition refused it */
  put(item: Item, condition?: Condition): Promise<boolean>;
  /** @returns false when the condition refused it */
  update(pk: string, sk: string, update: string, condition: Condition): Promise<boolean>;
  /** @returns false when the condition refused it */
  remove(pk: string, sk: string, condition?: Condition): Promise<boolean>;
  /** All pages, in key order. */
  query(input: QueryInput): AsyncGenerator<Item>;
  /** Items by key, in any order; what is not there is left out. A key may be named once. */
  getMany(keys: readonly { readonly pk: string; readonly sk: string }[]): Promise<Item[]>;
}

/** Keys that one BatchGetItem takes. */
const BATCH = 100;
/** Batches on their way at the same time: the answer to one takes longer than to send the next. */
const PARALLEL_BATCHES = 4;
/** Tries for what a throttled batch left over. */
const BATCH_TRIES = 8;

export interface QueryInput {
  readonly index?: 'GSI1' | 'GSI2';
  readonly pk: string;
  readonly from?: string;
  readonly to?: string;
  readonly consistent?: boolean;
  /** Newest first. */
  readonly descending?: boolean;
}

const toItem = (item: Item) =>
  marshall(item, { removeUndefinedValues: true, convertEmptyValues: false });

export function dynamoTable(client: DynamoDBClient, tableName: string): Table {
  const TableName = tableName;
  return {
    async get(pk, sk, { consistent = false } = {}) {
      const { Item } = await client.send(
        new GetItemCommand({
          TableName,
          Key: toItem({ PK: pk, SK: sk }),
          ConsistentRead: consistent,
        }),
      );
      return Item === undefined ? undefined : unmarshall(Item);
    },
    put: (item, condition) =>
      unlessRefused(() =>
        client.send(
          new PutItemCommand({ TableName, Item: toItem(item), ...conditionInput(condition) }),
        ),
      ),
    update(pk, sk, update, condition) {
      const input: UpdateItemCommandInput = {
        TableName,
        Key: toItem({ PK: pk, SK: sk }),
        UpdateExpression: update,
        ...conditionInput(condition),
      };
      if (condition.expression === '') delete input.ConditionExpression;
      return unlessRefused(() => client.send(new UpdateItemCommand(input)));
    },
    remove(pk, sk, condition) {
      const input: DeleteItemCommandInput = {
        TableName,
        Key: toItem({ PK: pk, SK: sk }),
        ...conditionInput(condition),
      };
      return unlessRefused(() => client.send(new DeleteItemCommand(input)));
    },
    async *query(query) {
      const input = queryInput(TableName, query);
      let start: QueryCommandInput['ExclusiveStartKey'];
      do {
        const page = await client.send(
          new QueryCommand({ ...input, ...(start !== undefined && { ExclusiveStartKey: start }) }),
        );
        for (const item of page.Items ?? []) yield unmarshall(item);
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
    },
    async getMany(keys) {
      const items: Item[] = [];
      for (let i = 0; i < keys.length; i += BATCH * PARALLEL_BATCHES) {
        const batches = Array.from({ length: PARALLEL_BATCHES }, (_, n) => {
          const from = i + n * BATCH;
          const batch = keys.slice(from, from + BATCH);
          return getBatch(
            client,
            TableName,
            batch.map(({ pk, sk }) => toItem({ PK: pk, SK: sk })),
          );
        });
        for (const read of await Promise.all(batches)) items.push(...read);
      }
      return items;
    },
  };
}

/** One batch, and again what a throttled table left of it. */
async function getBatch(
  client: DynamoDBClient,
  tableName: string,
  keys: Record<string, AttributeValue>[],
): Promise<Item[]> {
  const items: Item[] = [];
  let left = keys;
  for (let attempt = 1; left.length > 0; attempt++) {
    if (attempt > BATCH_TRIES)
      throw new Error(`the table is throttled: ${left.length} items could not be read`);
    if (attempt > 1) await wait(2 ** attempt * 25);
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: left } } }),
    );
    for (const item of Responses?.[tableName] ?? []) items.push(unmarshall(item));
    left = UnprocessedKeys?.[tableName]?.Keys ?? [];
  }
  return items;
}

function queryInput(TableName: string, query: QueryInput): QueryCommandInput {
  const { index, pk, from, to, consistent = false, descending = false } = query;
  const prefix = index ?? '';
  const range = sortKeyRange(from, to);
  return {
    TableName,
    ...(index === undefined ? { ConsistentRead: consistent } : { IndexName: index }),
    KeyConditionExpression: `#pk = :pk${range}`,
    ExpressionAttributeNames: {
      '#pk': `${prefix}PK`,
      ...(range !== '' && { '#sk': `${prefix}SK` }),
    },
    ExpressionAttributeValues: marshall(
      { ':pk': pk, ':from': from, ':to': to },
      { removeUndefinedValues: true },
    ),
    ScanIndexForward: !descending,
  };
}

function sortKeyRange(from: string | undefined, to: string | undefined): string {
  if (from !== undefined && to !== undefined) return ' AND #sk BETWEEN :from AND :to';
  if (from !== undefined) return ' AND #sk >= :from';
  return to === undefined ? '' : ' AND #sk <= :to';
}

function conditionInput(condition: Condition | undefined) {
  if (condition === undefined) return {};
  const { expression, names, values } = condition;
  return {
    ConditionExpression: expression,
    ...(names !== undefined && { ExpressionAttributeNames: names }),
    ...(values !== undefined && { ExpressionAttributeValues: toItem(values) }),
  };
}

async function unlessRefused(request: () => Promise<unknown>): Promise<boolean> {
  try {
    await request();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
