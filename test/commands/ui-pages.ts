import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openLocalTable } from '../../bin/analyst/local-table.ts';
import { storesOf } from '../../bin/analyst/stores.ts';
import { openForSync } from '../../bin/cache/open.ts';
import { sync } from '../../bin/cache/sync.ts';
import { openUi, type Ui } from '../../bin/ui/server.ts';
import { site } from '../../bin/ui/site.ts';
import { Settings } from '../../src/config/config.ts';
import { hash128 } from '../../src/mentions/hashes.ts';
import { fillDays } from '../bench/fill-table.ts';
import { aClassification, acme, aMention, aVerdict } from '../fixtures.ts';
import { aFolder } from './folder.ts';
import { anIncident } from './incident.ts';

const NOW = new Date('2026-11-22T20:00:00.000Z');
export const HOSTILE =
  '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>" onmouseover="window.hacked=1';
export const BRAND = { ...acme, name: 'Acme <b>&' };

/** One address of each page. */
export const PATHS = [
  '/',
  '/promises/fast',
  '/mentions?since=all',
  '/incidents',
  '/incidents/AC-0001',
  '/sources',
];

/** Four mentions a day for sixty days; the first one and every fifth title are hostile. */
function saidOf(i: number) {
  const day = new Date(NOW.getTime() - (1 + (i % 60)) * 86_400_000).toISOString().slice(0, 10);
  const time = `${day}T${String(i % 24).padStart(2, '0')}:00:00.000Z`;
  const text =
    i === 0
      ? HOSTILE
      : `number ${i} waited ${i * 7} minutes before anybody picked up phone ${i * 31}`;
  const outcome = i % 2 === 0 ? ('broken' as const) : ('kept' as const);
  const verdicts = [aVerdict({ outcome, quote: text.slice(0, 9), start: 0, end: 9 })];
  return {
    mention: aMention({
      id: hash128(`ui ${i}`),
      identity: `ui ${i}`,
      title: i % 5 === 0 ? HOSTILE : null,
      text,
      url: i % 3 === 0 ? null : `https://reviews.example/${i}`,
      source: i % 4 === 0 ? 'acme-forum' : 'acme-reviews',
      publishedAt: time,
      fetchedAt: time,
      bucketDay: day,
      rating: i % 2 === 0 ? { value: 1, raw: '1', scale: 5 } : null,
    }),
    classification: aClassification({
      verdicts: i % 3 === 0 ? verdicts : [],
      signals: [{ signal: 'repeat-contact', quote: 'x', start: 0, end: 1 }],
    }),
  };
}

/** The pages over a local copy of sixty days, served. */
export interface Pages {
  readonly ui: Ui;
  readonly copy: DatabaseSync;
  /** Folder of the copy, `mentions.sqlite`. */
  readonly folder: string;
  readonly ask: (path: string, headers?: Record<string, string>, method?: string) => Promise<Reply>;
  /** How often the copy was asked to be read again. */
  readonly refreshed: () => number;
  readonly close: () => Promise<void>;
}

export async function openPages(): Promise<Pages> {
  const data = await aFolder([BRAND], NOW.toISOString());
  const all = Array.from({ length: 240 }, (_, i) => saidOf(i));
  await fillDays(data, Map.groupBy(all, ({ mention }) => mention.bucketDay).values(), NOW);
  await data.write(async ({ stores }) => {
    await stores.incidents.save(
      anIncident({
        alsoFired: ['pair:fast@acme-forum'],
        worseOn: ['2026-11-21'],
        acknowledgedBy: 'ada',
      }),
    );
    await stores.notes.add({
      kind: 'action',
      brand: 'acme',
      id: 'abcdef',
      at: '2026-11-19T09:00:00.000Z',
      by: HOSTILE.slice(0, 90),
      text: HOSTILE,
      day: '2026-11-19',
      promise: 'fast',
    });
  });
  const folder = mkdtempSync(join(tmpdir(), 'ui-'));
  const copy = openForSync(join(folder, 'mentions.sqlite'));
  const { table, close } = await openLocalTable(data.path, '/');
  const settings = Settings.parse({ timeZone: 'Europe/London', brands: [BRAND] });
  await sync({ stores: storesOf(table), settings, now: NOW, label: 'test' }, copy, {
    full: false,
    syncedAt: NOW,
  });
  await close();
  // A stored address is always http or https; the page must not rely on it.
  copy.exec("UPDATE stored_mentions SET url = 'javascript:alert(1)' WHERE url IS NULL");
  let refreshed = 0;
  const ui = await openUi({
    port: 0,
    randomBytes: (size) => Buffer.from(crypto.getRandomValues(new Uint8Array(size))),
    idleMs: 60_000,
    answer: site(copy, { data: 'here' }, () => NOW),
    refresh: async () => {
      refreshed++;
    },
  });
  return {
    ui,
    copy,
    folder,
    ask: (path, headers = {}, method = 'GET') => asked(ui.origin, path, headers, method),
    refreshed: () => refreshed,
    close: async () => {
      ui.close();
      await ui.closed;
      copy.close();
      data.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Opens the door with the printed address. @returns the cookie that it gives, as a request sends it */
export async function enter({ ui, ask }: Pages): Promise<string> {
  const { pathname, search } = new URL(ui.url);
  const { headers } = await ask(pathname + search);
  const [set = ''] = headers['set-cookie'] as string[];
  return set.split(';')[0] ?? '';
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** A raw request: fetch would not let Host and Cookie be chosen. */
function asked(
  origin: string,
  path: string,
  headers: Record<string, string>,
  method: string,
): Promise<Reply> {
  const { port, host } = new URL(origin);
  return new Promise((done, fail) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method, headers: { host, ...headers } },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (part: string) => {
          body += part;
        });
        answer.on('end', () =>
          done({ status: answer.statusCode ?? 0, headers: answer.headers, body }),
        );
      },
    );
    sent.on('error', fail);
    sent.end();
  });
}
