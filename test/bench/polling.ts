import { setImmediate as soon } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { dynamoCheckpoints } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoSourceStates } from '../../src/adapters/dynamodb/sources.ts';
import { Brand } from '../../src/brands/brand.ts';
import { findSource } from '../../src/config/find.ts';
import { toMention } from '../../src/mentions/normalise.ts';
import type { Checkpoints, SourceStates } from '../../src/ports.ts';
import { collect } from '../../src/sources/collect.ts';
import { dispatch } from '../../src/sources/dispatch.ts';
import { hostPauses } from '../../src/sources/host-pause.ts';
import { readSource } from '../../src/sources/read-source.ts';
import type { PollMessage, SourceState } from '../../src/sources/source-state.ts';
import { freshTable } from '../dynamodb.ts';
import { serve } from '../sources/fetch/servers.ts';

const SOURCES_PER_BRAND = 200;
/** As deployed: five functions with up to ten polls each. */
const PARALLEL_POLLS = 50;
/** Every so many messages are delivered twice, as SQS may. */
const REPEATED = 20;

export type PollingCount = {
  readonly due: number;
  /** Sources that the server was asked for exactly once. */
  readonly askedOnce: number;
  readonly lost: number;
  readonly doubled: number;
  /** Messages delivered a second time that did nothing. */
  readonly skipped: number;
  readonly mentions: number;
  readonly dispatchSeconds: number;
  readonly pollSeconds: number;
};

/**
 * Makes many sources due at once, lets two dispatchers run at the same time, and polls every message
 * through the guarded fetch from a server on this machine that counts what it is asked for.
 *
 * @param place where states are kept: a table of the product's keys, whose engine in this process
 *   takes milliseconds a request, or a map with the same conditions
 */
export async function pollOnce(
  sources: number,
  place: 'table' | 'memory' = 'table',
): Promise<PollingCount> {
  const asked = new Map<string, number>();
  const server = await serve((request, response) => {
    const path = request.url ?? '';
    asked.set(path, (asked.get(path) ?? 0) + 1);
    response.setHeader('content-type', 'application/rss+xml');
    response.end(feedOf(path));
  });
  const stores = place === 'table' ? await tableStores() : memoryStores();
  const { states, checkpoints } = stores;
  try {
    const settings = { timeZone: 'UTC', email: {}, brands: brandsWith(sources, server.url) };
    const sent: PollMessage[] = [];
    const now = new Date('2026-10-20T12:00:00Z');
    const started = performance.now();
    const polls = {
      send: async (messages: readonly PollMessage[]) => {
        sent.push(...messages);
        return [];
      },
    };
    await Promise.all(
      [{}, {}].map((memory) =>
        dispatch({ version: 1, settings }, now, { states, checkpoints, polls, memory }),
      ),
    );
    const dispatched = performance.now();
    const polled = await pollAll(sent, settings, { states, checkpoints, now, pair: server.pair });
    const counts = [...asked.values()];
    return {
      due: sources,
      askedOnce: counts.filter((count) => count === 1).length,
      lost: sources - asked.size,
      doubled: counts.filter((count) => count > 1).length,
      ...polled,
      dispatchSeconds: (dispatched - started) / 1000,
      pollSeconds: (performance.now() - dispatched) / 1000,
    };
  } finally {
    await stores.close();
    await server.close();
  }
}

async function pollAll(
  sent: readonly PollMessage[],
  settings: Parameters<typeof findSource>[0],
  {
    states,
    checkpoints,
    now,
    pair,
  }: {
    readonly states: SourceStates;
    readonly checkpoints: Pick<Checkpoints, 'get' | 'set'>;
    readonly now: Date;
    readonly pair: string;
  },
): Promise<Pick<PollingCount, 'skipped' | 'mentions'>> {
  let skipped = 0;
  let mentions = 0;
  const pauses = hostPauses(checkpoints);
  const configured = new Map(
    sent.map(({ source }) => [source, findSource(settings, source)] as const),
  );
  const work = async (waiting: PollMessage[]): Promise<void> => {
    for (let poll = waiting.shift(); poll !== undefined; poll = waiting.shift()) {
      const report = await collect(poll, configured.get(poll.source), now, {
        states,
        pauses,
        queue: {
          send: async (taken) => {
            mentions += taken.length;
          },
          sendEach: async () => {},
        },
        read: (source, last) =>
          readSource(source, {
            ...last,
            now,
            allowedLoopback: [pair],
            secret: async () => undefined,
          }),
        normalise: (item, brand, source, fetchedAt) =>
          toMention(item, {
            brand,
            source,
            timeZone: 'UTC',
            authorKey: 'k'.repeat(32),
            retentionDays: 90,
            fetchedAt,
          }),
      });
      if (report.status === 'skipped') skipped += 1;
      else if (report.status !== 'collected') throw new Error(JSON.stringify(report));
      await soon();
    }
  };
  for (const delivery of [[...sent], sent.filter((_, at) => at % REPEATED === 0)])
    await Promise.all(Array.from({ length: PARALLEL_POLLS }, () => work(delivery)));
  return { skipped, mentions };
}

type Stores = {
  readonly states: SourceStates;
  readonly checkpoints: Pick<Checkpoints, 'get' | 'set'>;
  readonly close: () => Promise<void>;
};

async function tableStores(): Promise<Stores> {
  const { table, close } = await freshTable();
  return { states: dynamoSourceStates(table), checkpoints: dynamoCheckpoints(table), close };
}

/** Each answer comes a turn of the event loop later, so that calls overtake one another. */
function memoryStores(): Stores {
  const states = new Map<string, SourceState>();
  const checkpoints = new Map<string, string>();
  return {
    checkpoints: {
      get: async (job) => checkpoints.get(job),
      set: async (job, value) => void checkpoints.set(job, value),
    },
    states: {
      get: async (source) => {
        await soon();
        return states.get(source);
      },
      add: async (state) => {
        await soon();
        if (!states.has(state.source)) states.set(state.source, state);
      },
      due: async (now) =>
        [...states.values()].filter(({ nextDueAt }) => Date.parse(nextDueAt) <= now.getTime()),
      lease: async (source, nextDueAt, until) => {
        await soon();
        const state = states.get(source);
        if (state?.nextDueAt !== nextDueAt) return false;
        const lease = until.toISOString();
        states.set(source, { ...state, nextDueAt: lease, leaseUntil: lease });
        return true;
      },
      finish: async (state, leaseUntil) => {
        await soon();
        if (states.get(state.source)?.leaseUntil !== leaseUntil) return false;
        states.set(state.source, state);
        return true;
      },
      retire: async (source) => void states.delete(source),
    },
    close: async () => {},
  };
}

function brandsWith(sources: number, url: (path: string) => string): Brand[] {
  return Array.from({ length: Math.ceil(sources / SOURCES_PER_BRAND) }, (_, b) =>
    Brand.parse({
      id: `brand-${b}`,
      name: `Brand ${b}`,
      code: `B${String.fromCharCode(65 + Math.floor(b / 26), 65 + (b % 26))}`,
      sources: Array.from(
        { length: Math.min(SOURCES_PER_BRAND, sources - b * SOURCES_PER_BRAND) },
        (__, s) => ({
          id: `source-${b}-${s}`,
          name: `Source ${b} ${s}`,
          kind: 'review',
          url: url(`/${b}/${s}.rss`),
          http: true,
        }),
      ),
    }),
  );
}

function feedOf(path: string): string {
  const items = Array.from(
    { length: 5 },
    (_, at) =>
      `<item><guid isPermaLink="false">${path}#${at}</guid><title>Delivery ${at}</title><link>https://reviews.example${path}/${at}</link><pubDate>Tue, 20 Oct 2026 0${at}:00:00 GMT</pubDate><description>The parcel came ${at} days late and nobody called back.</description></item>`,
  );
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>${path}</title>${items.join('')}</channel></rss>`;
}

/** Prints how long it takes to dispatch and poll 10,000 due sources, and that none was lost or doubled. */
export async function benchPolling(
  print: (line: string) => void = console.log,
  sources = 10_000,
): Promise<void> {
  const count = await pollOnce(sources, 'memory');
  const { due, askedOnce, lost, doubled, skipped, mentions, dispatchSeconds, pollSeconds } = count;
  print(
    `${due} due sources, two dispatchers at once, every ${REPEATED}th message delivered twice, one process for states, server and collector`,
  );
  print(`dispatched in ${dispatchSeconds.toFixed(1)} s, polled in ${pollSeconds.toFixed(1)} s`);
  print(
    `asked once: ${askedOnce}; lost: ${lost}; doubled: ${doubled}; repeated messages that did nothing: ${skipped}; mentions queued: ${mentions}`,
  );
  if (lost + doubled > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await benchPolling();
