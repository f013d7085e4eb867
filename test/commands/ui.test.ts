import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import axe from 'axe-core';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLocalTable } from '../../bin/analyst/local-table.ts';
import { storesOf } from '../../bin/analyst/stores.ts';
import { openForSync } from '../../bin/cache/open.ts';
import { sync } from '../../bin/cache/sync.ts';
import { pageData } from '../../bin/ui/data.ts';
import { REPORT_BYTES, report } from '../../bin/ui/report.ts';
import { openUi, type Ui } from '../../bin/ui/server.ts';
import { site } from '../../bin/ui/site.ts';
import { SCRIPT, STYLE } from '../../bin/ui/style.ts';
import { Settings } from '../../src/config/config.ts';
import { hash128 } from '../../src/mentions/hashes.ts';
import type { Incident } from '../../src/trends/incident.ts';
import { fillDays } from '../bench/fill-table.ts';
import { aClassification, acme, aMention, aVerdict } from '../fixtures.ts';
import { aFolder, type Folder } from './folder.ts';

const NOW = new Date('2026-11-22T20:00:00.000Z');
const HOSTILE =
  '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>" onmouseover="window.hacked=1';
const BRAND = { ...acme, name: 'Acme <b>&' };
let copy: DatabaseSync;
let folder: string;
let data: Folder;
let ui: Ui;
let refreshed = 0;

const TEST = {
  series: 'promise:fast',
  window: 3,
  from: '2026-11-18',
  to: '2026-11-20',
  observed: 9,
  expected: 2.4,
  mentions: 60,
  wobble: 1.1,
  chance: 0.0001,
  odds: 0.0005,
  usualCount: 2,
  countLimit: 5,
  keys: { chance: true, minimum: true, ratio: true, count: true },
  fires: true,
};
const INCIDENT: Incident = {
  brand: 'acme',
  number: 1,
  state: 'open',
  series: 'promise:fast',
  alsoFired: ['pair:fast@acme-forum'],
  openedOn: '2026-11-20',
  since: '2026-11-18',
  opening: TEST,
  lastMailed: TEST,
  baseline: { days: ['2026-10-01'], sources: {} },
  worseOn: ['2026-11-21'],
  goodChecks: 0,
  recoveredOn: null,
  reopenedOn: [],
  closedOn: null,
  closedBecause: null,
  acknowledgedBy: 'ada',
  snoozedUntil: null,
  serious: true,
  cv: 'cv1',
  checkedDay: '2026-11-21',
  history: [],
};

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

beforeAll(async () => {
  data = await aFolder([BRAND], NOW.toISOString());
  const all = Array.from({ length: 240 }, (_, i) => saidOf(i));
  await fillDays(data, Map.groupBy(all, ({ mention }) => mention.bucketDay).values(), NOW);
  await data.write(async ({ stores }) => {
    await stores.incidents.save(INCIDENT);
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
  folder = mkdtempSync(join(tmpdir(), 'ui-'));
  copy = openForSync(join(folder, 'mentions.sqlite'));
  const { table, close } = await openLocalTable(data.path, '/');
  const settings = Settings.parse({ timeZone: 'Europe/London', brands: [BRAND] });
  await sync({ stores: storesOf(table), settings, now: NOW, label: 'test' }, copy, {
    full: false,
    syncedAt: NOW,
  });
  await close();
  // A stored address is always http or https; the page must not rely on it.
  copy.exec("UPDATE stored_mentions SET url = 'javascript:alert(1)' WHERE url IS NULL");
  ui = await openUi({
    port: 0,
    randomBytes: (size) => Buffer.from(crypto.getRandomValues(new Uint8Array(size))),
    idleMs: 60_000,
    answer: site(copy, { data: 'here' }, () => NOW),
    refresh: async () => {
      refreshed++;
    },
  });
}, 120_000);
afterAll(async () => {
  ui.close();
  await ui.closed;
  copy.close();
  data.remove();
  rmSync(folder, { recursive: true, force: true });
});

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** A raw request: fetch would not let Host and Cookie be chosen. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Reply> {
  const { port, host } = new URL(ui.origin);
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

let cookie = '';

describe('the door', () => {
  it('opens once for the printed address, with a strict cookie', async () => {
    expect((await ask('/')).status).toBe(403);
    expect((await ask('/?token=wrong')).status).toBe(403);
    const { pathname, search } = new URL(ui.url);
    const first = await ask(pathname + search);
    expect(first.status).toBe(200);
    const [set = ''] = first.headers['set-cookie'] as string[];
    expect(set).toMatch(/HttpOnly; SameSite=Strict; Path=\/$/);
    cookie = set.split(';')[0] ?? '';
    expect((await ask(pathname + search)).status).toBe(403);
    expect((await ask('/', { cookie })).status).toBe(200);
  });

  it('is closed to other hosts, other sites and other cookies', async () => {
    expect((await ask('/', { cookie, host: 'evil.example' })).status).toBe(421);
    expect((await ask('/', { cookie, host: 'localhost:80' })).status).toBe(421);
    expect((await ask('/', { cookie, origin: 'https://evil.example' })).status).toBe(403);
    expect((await ask('/', { cookie: `${cookie}x` })).status).toBe(403);
    expect((await ask('/refresh', { cookie, origin: 'null' }, 'POST')).status).toBe(403);
  });

  it('lets nothing be changed but the copy be read again, by its own form', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'])
      expect((await ask('/', { cookie, origin: ui.origin }, method)).status).toBe(405);
    expect((await ask('/mentions', { cookie, origin: ui.origin }, 'POST')).status).toBe(405);
    expect((await ask('/refresh', { cookie }, 'POST')).status).toBe(405);
    expect(refreshed).toBe(0);
    expect((await ask('/refresh', { cookie, origin: ui.origin }, 'POST')).status).toBe(303);
    expect(refreshed).toBe(1);
  });

  it('sends every answer with a policy that allows no script but its own file', async () => {
    for (const path of ['/', '/mentions', '/nowhere', '/app.js', '/?token=x']) {
      const { headers } = await ask(path, { cookie });
      expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
      expect(String(headers['content-security-policy'])).not.toContain('unsafe');
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('ends by itself when nobody asks any more', async () => {
    const short = await openUi({
      port: 0,
      randomBytes: (size) => Buffer.alloc(size, 1),
      idleMs: 20,
      answer: async () => ({ status: 200, html: '' }),
      refresh: async () => {},
    });
    await expect(short.closed).resolves.toBeUndefined();
  });
});

/** A copy in which each of these promises has the history of the first one. */
function copyWith(ids: readonly string[]): DatabaseSync {
  const large = openForSync(join(folder, 'large.sqlite'));
  large.exec(`ATTACH '${join(folder, 'mentions.sqlite')}' AS real`);
  for (const table of ['meta', 'objects', 'days', 'source_register', 'stored_mentions'])
    large.exec(`INSERT INTO ${table} SELECT * FROM real.${table}`);
  for (const id of ids)
    large.exec(
      `INSERT INTO stored_verdicts SELECT mention, '${id}', outcome, confidence, quote FROM real.stored_verdicts WHERE promise = 'fast'`,
    );
  const write = large.prepare("UPDATE objects SET body = ? WHERE kind = 'rollup' AND key = ?");
  for (const { key, body } of large
    .prepare("SELECT key, body FROM objects WHERE kind = 'rollup'")
    .all()) {
    const fast = /"fast":(\{[^}]*\})/.exec(String(body))?.[1];
    const all = ids.map((id) => `"${id}":${fast}`).join(',');
    write.run(String(body).replaceAll(/"fast":\{[^}]*\}/g, all), String(key));
  }
  return large;
}

const PATHS = [
  '/',
  '/promises/fast',
  '/mentions?since=all',
  '/incidents',
  '/incidents/AC-0001',
  '/sources',
];

describe('the pages', () => {
  it('are at most 60 KB in all, each with style and script', async () => {
    const own = Buffer.byteLength(STYLE) + Buffer.byteLength(SCRIPT);
    for (const path of PATHS) {
      const { body, status } = await ask(path, { cookie });
      expect(status).toBe(200);
      expect(Buffer.byteLength(body) + own).toBeLessThanOrEqual(60_000);
    }
  });

  it('say what is wrong with a filter, and what does not exist', async () => {
    const wrong = await ask('/mentions?promise=fats&since=all', { cookie });
    expect(wrong.status).toBe(400);
    expect(wrong.body).toContain('Did you mean');
    for (const path of ['/nowhere', '/promises/none', '/incidents/AC-0099', '/%ff', '/?brand=none'])
      expect((await ask(path, { cookie })).status).toBe(404);
  });

  it('as one file hold everything without script, under 300 KB', async () => {
    const text = await report(pageData(copy, BRAND), 'test');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(REPORT_BYTES);
    expect(text).not.toMatch(/<script|<img|<link|<[^>]*\s(src|on\w+)=|href="(?!#|https?:)/i);
    expect(text).toContain('id="promise-fast"');
    expect(text).toContain('id="incident-1"');
  });

  it('as one file stay small for the largest register', async () => {
    const promises = Array.from({ length: 40 }, (_, i) => ({
      ...(BRAND.promises[0] as (typeof BRAND.promises)[number]),
      id: `p${i}`,
      text: `Promise number ${i}`,
    }));
    const large = copyWith(promises.map(({ id }) => id));
    const text = await report(pageData(large, { ...BRAND, promises }), 'test');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(REPORT_BYTES);
    expect(text).toContain('id="promise-p39"');
    large.close();
  });
});

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

describe.skipIf(!existsSync(CHROMIUM))('in a browser', () => {
  let context: BrowserContext;
  let page: Page;
  let profile: string;
  const problems: string[] = [];

  beforeAll(async () => {
    profile = mkdtempSync(join(tmpdir(), 'ui-browser-'));
    context = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      headless: true,
      args: SWITCHES,
    });
    const { port } = new URL(ui.origin);
    const [name = '', value = ''] = cookie.split('=');
    await context.addCookies([
      { name, value, url: `http://127.0.0.1:${port}`, httpOnly: true, sameSite: 'Strict' },
    ]);
    page = await context.newPage();
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('dialog', (dialog) => {
      problems.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
  }, 60_000);
  afterAll(async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  });

  const go = (path: string) => page.goto(`${ui.origin}${path}`);
  /** A script of the page's policy cannot be injected, so axe runs in the browser's own world. */
  const violations = async () => {
    const session = await context.newCDPSession(page);
    const { frameTree } = await session.send('Page.getFrameTree');
    const { executionContextId } = await session.send('Page.createIsolatedWorld', {
      frameId: frameTree.frame.id,
    });
    const { result } = await session.send('Runtime.evaluate', {
      expression: `${axe.source}; axe.run(document, { resultTypes: ['violations'], preload: false }).then((r) => r.violations.map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 160)))`,
      contextId: executionContextId,
      awaitPromise: true,
      returnByValue: true,
    });
    await session.detach();
    return result.value as string[];
  };

  // Width changes what is where, the theme changes the colours: each is looked at with the other's other value.
  it.each(PATHS)(
    '%s is accessible, wide and light as narrow and dark, and never too wide',
    async (path) => {
      for (const [width, colorScheme] of [
        [1100, 'light'],
        [320, 'dark'],
      ] as const) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        await go(path);
        await page.evaluate(
          "for (const one of document.querySelectorAll('details')) one.open = true",
        );
        const tooWide = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        const found = { width, colorScheme, tooWide, violations: await violations() };
        expect(found).toEqual({ width, colorScheme, tooWide: 0, violations: [] });
      }
    },
    60_000,
  );

  it('leaves hostile text inert', async () => {
    for (const path of [...PATHS, `/mentions?since=all&text=${encodeURIComponent(HOSTILE)}`]) {
      await go(path);
      expect(await page.evaluate('window.hacked')).toBeUndefined();
      expect(await page.locator('img, iframe, [onmouseover], a[href^="javascript"]').count()).toBe(
        0,
      );
    }
    expect(problems.filter((text) => !text.includes('favicon') && !text.includes('400'))).toEqual(
      [],
    );
  });

  it('is used by roles and keyboard: filters, deep links, pages and the command', async () => {
    await page.setViewportSize({ width: 1100, height: 900 });
    await go('/');
    await page.keyboard.press('2');
    await page.waitForURL('**/mentions**');
    await page.keyboard.press('/');
    await page.keyboard.type('number 12 waited');
    await page.getByLabel('Since').fill('all');
    await page.keyboard.press('Enter');
    await page.waitForURL(/text=number/);
    expect(await page.getByRole('status').textContent()).toBe('1 mention');
    expect(await page.locator('#command').textContent()).toBe(
      "promisewatch mentions list --since all --text 'number 12 waited' --data here",
    );
    await page.getByRole('button', { name: 'Copy as command' }).click();
    await expect.poll(() => page.getByRole('button', { name: /Copied|Selected/ }).count()).toBe(1);
    await go('/mentions?since=all&sentiment=negative');
    expect(await page.getByRole('status').textContent()).toBe('240 mentions');
    await page.getByRole('link', { name: 'Older' }).click();
    await page.waitForURL(/page=2/);
    expect(await page.locator('ol.list').getAttribute('start')).toBe('51');
    expect(await page.getByLabel('Sentiment').inputValue()).toBe('negative');
    await go('/');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(page.url()).toContain('#main');
    await page.getByRole('link', { name: 'We answer within 60 seconds' }).first().click();
    await page.waitForURL('**/promises/fast');
    await page.getByRole('img', { name: 'Broken verdicts a day' }).waitFor();
    await page.getByText('The numbers of this chart').click();
    expect(
      await page.getByRole('table', { name: 'Broken verdicts a day' }).getByRole('row').count(),
    ).toBeGreaterThan(60);
    await page.getByRole('link', { name: 'AC-0001' }).first().click();
    await page.waitForURL('**/incidents/AC-0001');
    await page.getByRole('heading', { name: 'Timeline' }).waitFor();
  }, 60_000);

  it('filters by dimension and signal, and says what a mistyped one was meant to be', async () => {
    await go('/mentions?since=all');
    await page.getByLabel('Signal').selectOption('repeat-contact');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.waitForURL(/signal=repeat-contact/);
    expect(await page.getByLabel('Signal').inputValue()).toBe('repeat-contact');
    expect(await page.locator('#command').textContent()).toContain('--signal repeat-contact');
    await page.getByLabel('Signal').selectOption('');
    await page.getByLabel('About').selectOption('price');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.waitForURL(/dimension=price/);
    await go('/mentions?since=all&language=eng');
    const section = page.getByRole('region', { name: '0 mentions' });
    expect(await section.textContent()).toContain(
      'Without --language eng: 240. Languages: en 240.',
    );
    await page.getByRole('link', { name: 'Show what there is' }).click();
    await page.waitForURL(/since=all$/);
    expect(await page.getByRole('status').textContent()).toBe('240 mentions');
    await go('/mentions?signal=repeat-contacts');
    expect(await page.getByRole('alert').textContent()).toContain('Did you mean "repeat-contact"?');
  });

  it('reaches incidents and sources by keyboard alone', async () => {
    await go('/');
    await page.keyboard.press('3');
    await page.waitForURL('**/incidents**');
    const incident = page.getByRole('link', { name: /AC-0001/ }).first();
    for (let tabs = 0; tabs < 60; tabs++) {
      await page.keyboard.press('Tab');
      if (await incident.evaluate('(link) => link === document.activeElement')) break;
    }
    await page.keyboard.press('Enter');
    await page.waitForURL('**/incidents/AC-0001**');
    await page.keyboard.press('4');
    await page.waitForURL('**/sources**');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Sources');
  });

  it('pages through ten thousand rows, each page of fifty accessible', async () => {
    copy.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
      INSERT INTO stored_mentions (brand, id, day, at, source, kind, population, sentiment, counted, relabelled, text, version,
        classifier, verdicts, dimensions, signals, content_hash, folded, ttl)
      SELECT 'acme', printf('%032x', i + 900000), '2025-01-01', '2025-01-01T09:00:00.000Z', 'acme-reviews', 'review', 'customer',
        'neutral', 'yes', 0, 'row ' || i, 1, 'cv1', '[]', '[]', '[]', 'x', 'row ' || i, 2000000000 FROM n`);
    await go('/mentions?since=all&text=row+');
    expect(await page.getByRole('status').textContent()).toBe('10000 mentions');
    expect(await page.locator('ol.list > li').count()).toBe(50);
    await go('/mentions?since=all&text=row+&page=200');
    expect(await page.locator('ol.list').getAttribute('start')).toBe('9951');
    expect(await page.getByText('page 200 of 200').count()).toBe(1);
    expect(await page.getByRole('link', { name: 'Older' }).count()).toBe(0);
    expect(await violations()).toEqual([]);
    await page.getByRole('link', { name: 'Newer' }).click();
    await page.waitForURL(/page=199/);
  }, 60_000);
});
