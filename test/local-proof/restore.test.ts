import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  NORTHBELL_FILE,
  NORTHBELL_STARTS,
  northbellBytes,
  servedFrom,
} from '../../bin/local-run/northbell.ts';
import { type LocalRun, openRun, ROOT } from '../../bin/local-run/open-run.ts';
import { readConfigFile } from '../../bin/read-config-file.ts';
import { serveNorthbell } from '../../examples/northbell/server.ts';
import { virtualClock } from '../../local/clock.ts';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoNoteStore } from '../../src/adapters/dynamodb/notes.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { dynamoCheckpoints } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoTable } from '../../src/adapters/dynamodb/table.ts';
import { audit } from '../../src/rollups/audit.ts';

const folder = mkdtempSync(join(tmpdir(), 'promisewatch-restore-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const state = join(folder, 'state');
const backup = join(folder, 'backup');

/** The example until an instant, on the table that lies in the folder. */
async function play(until: string): Promise<{ run: LocalRun; close: () => Promise<void> }> {
  const clock = virtualClock(NORTHBELL_STARTS);
  const server = await serveNorthbell(clock.now);
  const config = servedFrom(readConfigFile(join(ROOT, NORTHBELL_FILE), ROOT), server.origin);
  const run = await openRun({ config, clock, dataDir: state, randomBytes: northbellBytes });
  await run.aws.runUntil(until);
  return {
    run,
    close: async () => {
      await run.close();
      await server.close();
    },
  };
}

const DAYS = ['2026-10-10', '2026-10-11', '2026-10-12', '2026-10-13', '2026-10-14'];

async function idsIn({ stack }: LocalRun, now: Date): Promise<string[]> {
  const store = dynamoMentionStore(dynamoTable(stack.dynamodb, stack.tableName));
  const days = await Promise.all(DAYS.map((day) => store.ofDay('northbell', day, now)));
  return days
    .flat()
    .map(({ id }) => id)
    .toSorted();
}

describe('a table put back to an earlier state', () => {
  it('catches up from its sources: the same mentions, and counts that equal a recount', async () => {
    const first = await play('2026-10-13T22:30:00.000Z');
    await first.close();
    cpSync(join(state, 'tables'), backup, { recursive: true });

    const second = await play('2026-10-14T10:00:00.000Z');
    const before = await idsIn(second.run, second.run.aws.clock.now());
    await second.close();

    rmSync(join(state, 'tables'), { recursive: true });
    cpSync(backup, join(state, 'tables'), { recursive: true });
    const third = await play('2026-10-14T16:00:00.000Z');
    const now = third.run.aws.clock.now();
    const after = await idsIn(third.run, now);
    const table = dynamoTable(third.run.stack.dynamodb, third.run.stack.tableName);
    const checked = await audit(['northbell'], now, 90, {
      store: dynamoMentionStore(table),
      rollups: dynamoRollupStore(table),
      notes: dynamoNoteStore(table),
      checkpoints: dynamoCheckpoints(table),
    });
    await third.close();

    expect(before.length).toBeGreaterThan(40);
    expect(before.filter((id) => !after.includes(id))).toEqual([]);
    expect(checked.drifted).toEqual([]);
    expect(checked.days).toBeGreaterThan(20);
  }, 400_000);
});
