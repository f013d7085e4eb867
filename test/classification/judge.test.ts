import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { judge } from '../../src/classification/judge.ts';
import type { Mention } from '../../src/mentions/mention.ts';
import type { MentionQueue } from '../../src/ports.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';
import { aClassification, aMention } from '../fixtures.ts';

let db: TestTable;
beforeEach(async () => {
  db = await freshTable();
});
afterEach(() => db.close());

const now = new Date('2026-03-01T12:00:00Z');
const mention = (letter: string) => aMention({ id: letter.repeat(32), identity: letter });
const message = (...mentions: unknown[]) => JSON.stringify({ v: 1, mentions });
const poison = { ...mention('c'), text: '' };

function deps() {
  const singles: unknown[] = [];
  const failures: string[] = [];
  const queue: MentionQueue = {
    send: () => Promise.reject(new Error('judge never sends chunks')),
    sendEach: (mentions) => {
      singles.push(...mentions);
      return Promise.resolve();
    },
  };
  return {
    singles,
    failures,
    store: dynamoMentionStore(db.table),
    rollups: dynamoRollupStore(db.table),
    queue,
    classify: (_: Mention) => aClassification(),
    onFailure: (_: unknown, { id }: { id: string }) => failures.push(id),
  };
}

describe('judging a message', () => {
  it('stores every mention and marks its day once', async () => {
    const world = deps();
    const report = await judge(message(mention('a'), mention('b')), 1, now, world);
    expect(report).toMatchObject({ outcomes: { new: 2 }, split: 0 });
    expect(await world.rollups.dirtyMarks()).toEqual([
      { brand: 'acme', day: '2026-03-01', version: 1, at: now.toISOString() },
    ]);
  });

  it('marks again when everything was stored before: the attempt before may have died in between', async () => {
    const world = deps();
    await judge(message(mention('a')), 1, now, world);
    const report = await judge(message(mention('a')), 2, now, world);
    expect(report.outcomes.duplicate).toBe(1);
    expect(await world.rollups.dirtyMarks()).toMatchObject([{ version: 2 }]);
  });

  it('asks for the whole message again after the first failure', async () => {
    const world = deps();
    await expect(judge(message(mention('a'), poison), 1, now, world)).rejects.toThrow(
      '1 of 2 mentions failed',
    );
    expect(world.singles).toEqual([]);
    expect(world.failures).toEqual(['c'.repeat(32)]);
  });

  it('sends what fails again alone, so that it dead-letters alone', async () => {
    const world = deps();
    const report = await judge(message(mention('a'), poison, mention('b')), 2, now, world);
    expect(report).toMatchObject({ outcomes: { new: 2 }, split: 1 });
    expect(world.singles).toEqual([poison]);
  });

  it('lets a poison mention that is alone go to the dead-letter queue', async () => {
    const world = deps();
    await expect(judge(message(poison), 5, now, world)).rejects.toThrow('1 of 1 mentions failed');
    expect(world.singles).toEqual([]);
  });

  it('refuses a body that is no message', async () => {
    await expect(judge('{"v":2}', 1, now, deps())).rejects.toThrow('message of the mentions queue');
  });
});
