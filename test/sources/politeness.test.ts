import { setImmediate as soon } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Brand } from '../../src/brands/brand.ts';
import { dispatch } from '../../src/sources/dispatch.ts';
import { hostGate } from '../../src/sources/fetch/host-gate.ts';
import { hostSpacing, LATEST_START_SECONDS } from '../../src/sources/host-spacing.ts';

const feed = (id: string, host: string) => ({
  id,
  name: id,
  kind: 'news',
  url: `https://${host}/${id}.rss`,
});
const brandWith = (sources: object[]) =>
  Brand.parse({ id: 'northbell', name: 'Northbell', code: 'NB', sources });

describe('the polls of one dispatch', () => {
  it('begin two seconds apart at one host, ten at Reddit, and at once elsewhere', () => {
    const brand = brandWith([
      feed('a', 'feeds.example'),
      feed('b', 'feeds.example'),
      feed('c', 'other.example'),
      feed('d', 'feeds.example'),
      { id: 'r1', name: 'R', connector: 'reddit', subreddit: 'broadband' },
      { id: 'r2', name: 'R', connector: 'reddit', search: 'northbell' },
    ]);
    const { startOf } = hostSpacing({ brands: [brand] });
    expect(['a', 'b', 'c', 'd', 'r1', 'r2', 'gone'].map(startOf)).toEqual([0, 2, 0, 4, 0, 10, 0]);
  });

  it('do not wait on this machine', () => {
    const local = (id: string) => ({
      ...feed(id, 'x'),
      url: `http://127.0.0.1:1/${id}`,
      http: true,
    });
    const { startOf } = hostSpacing({ brands: [brandWith([local('a'), local('b')])] });
    expect([startOf('a'), startOf('b')]).toEqual([0, 0]);
  });

  it('leave a source due for which its host has no room, the longest due first', async () => {
    const ids = Array.from({ length: 70 }, (_, n) => `r${String(n).padStart(2, '0')}`);
    const brand = brandWith(
      ids.map((id) => ({ id, name: id, connector: 'reddit', subreddit: 'broadband' })),
    );
    const delays = new Map<string, number>();
    const leased: string[] = [];
    const report = await dispatch(
      { version: 1, settings: { timeZone: 'UTC', email: {}, brands: [brand] } },
      new Date('2026-10-20T12:00:00Z'),
      {
        states: {
          get: async () => undefined,
          add: async () => {},
          due: async () => ids.map((source) => ({ source, nextDueAt: '2026-10-20T11:00:00Z' })),
          lease: async (source) => {
            leased.push(source);
            return true;
          },
          finish: async () => true,
          retire: async () => {},
        },
        checkpoints: { get: async () => undefined, set: async () => {} },
        polls: {
          send: async (polls, delayOf) => {
            for (const poll of polls) delays.set(poll.source, delayOf?.(poll) ?? 0);
            return [];
          },
        },
        memory: {},
      },
    );
    expect(report).toEqual({ due: 70, leased: 61, refused: 0, held: 9 });
    expect(leased.toSorted()).toEqual(ids.slice(0, 61));
    expect([...delays.values()].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 61 }, (_, n) => n * 10),
    );
    expect(Math.max(...delays.values())).toBe(LATEST_START_SECONDS);
  });
});

describe('the requests of one process', () => {
  it('go to one host two at a time, in their order, and hosts do not wait for one another', async () => {
    const gate = hostGate(2);
    const active = new Map<string, number>();
    const most = new Map<string, number>();
    const begun: string[] = [];
    const request = (host: string, name: string) =>
      gate(host, async () => {
        begun.push(name);
        const now = (active.get(host) ?? 0) + 1;
        active.set(host, now);
        most.set(host, Math.max(most.get(host) ?? 0, now));
        await soon();
        active.set(host, now - 1);
        return name;
      });
    const names = ['1', '2', '3', '4', '5'];
    const answers = await Promise.all([
      ...names.map((name) => request('a.example', name)),
      request('b.example', 'b'),
    ]);
    expect(answers).toEqual([...names, 'b']);
    expect(begun.slice(0, 3)).toEqual(['1', '2', 'b']);
    expect(begun.filter((name) => name !== 'b')).toEqual(names);
    expect([...most.values()]).toEqual([2, 1]);
  });

  it('that fail let the next one go', async () => {
    const gate = hostGate(1);
    const failing = gate('a', () => Promise.reject(new Error('no')));
    const next = gate('a', async () => 'yes');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('yes');
  });
});
