import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoCheckpoints } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoSourceStates } from '../../src/adapters/dynamodb/sources.ts';
import type { Settings } from '../../src/config/config.ts';
import { dispatch } from '../../src/sources/dispatch.ts';
import type { PollMessage } from '../../src/sources/source-state.ts';
import { freshTable, type TestTable } from '../dynamodb.ts';
import { acme } from '../fixtures.ts';

let db: TestTable;
let sent: PollMessage[];
beforeEach(async () => {
  db = await freshTable();
  sent = [];
});
afterEach(() => db.close());

const at = (time: string) => new Date(`2026-03-01T${time}:00Z`);
const settings: Settings = { timeZone: 'UTC', email: {}, brands: [acme] };
const deps = () => ({
  states: dynamoSourceStates(db.table),
  checkpoints: dynamoCheckpoints(db.table),
  memory: {},
  polls: {
    send: (polls: readonly PollMessage[]) => {
      sent.push(...polls);
      return Promise.resolve([]);
    },
  },
});
const run = (time: string, version = 1, using = settings) =>
  dispatch({ version, settings: using }, at(time), deps());

describe('dispatching', () => {
  it('polls every new source at once', async () => {
    expect(await run('10:00')).toEqual({ due: 2, leased: 2, refused: 0, held: 0 });
    expect(sent).toEqual([
      { v: 1, source: 'acme-forum', leaseUntil: '2026-03-01T10:15:00.000Z' },
      { v: 1, source: 'acme-reviews', leaseUntil: '2026-03-01T10:15:00.000Z' },
    ]);
  });

  it('sends no poll twice while its lease lasts', async () => {
    await run('10:00');
    expect(await run('10:14')).toMatchObject({ leased: 0 });
    expect(sent).toHaveLength(2);
  });

  it('sends a poll again when its lease ended without an answer', async () => {
    await run('10:00');
    expect(await run('10:15')).toMatchObject({ leased: 2 });
  });

  it('takes a source whose state was lost up again within a day', async () => {
    const dispatcher = deps();
    const runAt = (time: string) =>
      dispatch({ version: 1, settings }, new Date(time), dispatcher).then(({ leased }) => leased);
    await runAt('2026-03-01T10:00:00Z');
    await db.table.remove('S#acme-forum', 'S');
    expect(await runAt('2026-03-01T10:20:00Z')).toBe(1);
    expect(await runAt('2026-03-02T10:00:00Z')).toBe(2);
  });

  it('lets one of two dispatchers at the same time have each source', async () => {
    await dispatch({ version: 1, settings: { ...settings, brands: [] } }, at('09:00'), deps());
    const reports = await Promise.all([run('10:00', 2), run('10:00', 2)]);
    expect(reports.reduce((sum, { leased }) => sum + leased, 0)).toBe(2);
    expect(new Set(sent.map(({ source }) => source)).size).toBe(sent.length);
  });

  it('remembers 10,000 sources with the longest ids in less than an item of the table', async () => {
    const ids = Array.from({ length: 10_000 }, (_, n) =>
      createHash('sha256').update(String(n)).digest('hex').slice(0, 40),
    );
    const stored: string[] = [];
    const [first] = acme.sources;
    const sources = ids.map((id) => ({ ...(first as (typeof acme.sources)[number]), id }));
    const { states: _, ...others } = deps();
    const quiet = {
      get: async () => undefined,
      add: async () => {},
      due: async () => [],
      lease: async () => false,
      finish: async () => false,
      retire: async () => {},
    };
    const checkpoints = {
      get: async () => stored.at(-1),
      set: async (__: string, value: string) => void stored.push(value),
    };
    const using = { ...settings, brands: [{ ...acme, sources }] };
    for (const memory of [{}, {}])
      await dispatch({ version: 1, settings: using }, at('10:00'), {
        ...others,
        states: quiet,
        checkpoints,
        memory,
      });
    // The second one read what the first one wrote.
    expect(stored).toHaveLength(1);
    expect(stored[0]?.length).toBeLessThan(390_000);
  });

  it('retires a source that is no longer configured and takes it up again when it returns', async () => {
    await run('10:00');
    const without = { ...settings, brands: [{ ...acme, sources: acme.sources.slice(0, 1) }] };
    await run('11:00', 2, without);
    sent = [];
    await run('12:00', 2, without);
    expect(sent.map(({ source }) => source)).toEqual(['acme-reviews']);
    sent = [];
    await run('13:00', 3);
    expect(sent.map(({ source }) => source)).toEqual(['acme-forum', 'acme-reviews']);
  });
});
