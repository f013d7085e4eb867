import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openForSync } from '../../bin/cache/open.ts';
import { pageData } from '../../bin/ui/data.ts';
import { REPORT_BYTES, report } from '../../bin/ui/report.ts';
import { openUi, type Ui } from '../../bin/ui/server.ts';
import { SCRIPT, STYLE } from '../../bin/ui/style.ts';
import { BRAND, openPages, PATHS, type Pages } from './ui-pages.ts';

let pages: Pages;
let ui: Ui;
let ask: Pages['ask'];
beforeAll(async () => {
  pages = await openPages();
  ({ ui, ask } = pages);
}, 120_000);
afterAll(() => pages.close());

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
    expect(pages.refreshed()).toBe(0);
    expect((await ask('/refresh', { cookie, origin: ui.origin }, 'POST')).status).toBe(303);
    expect(pages.refreshed()).toBe(1);
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
  const large = openForSync(join(pages.folder, 'large.sqlite'));
  large.exec(`ATTACH '${join(pages.folder, 'mentions.sqlite')}' AS real`);
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
    const text = await report(pageData(pages.copy, BRAND), 'test');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(REPORT_BYTES);
    expect(text).not.toMatch(/<script|<img|<link|<[^>]*\s(src|on\w+)=|href="(?!#|https?:)/i);
    expect(text).toContain('id="promise-fast"');
    expect(text).toContain('id="incident-1"');
  });

  it('say what a status means where it is not plain, as the mails do', async () => {
    const words = '“Too few” means that fewer than 10 mentions in 28 days speak of the promise';
    const saidOf = async (promises: typeof BRAND.promises) =>
      (await report(pageData(pages.copy, { ...BRAND, promises }), 'test')).split(words).length - 1;
    // Once with the table, and once with the promise of which nobody spoke.
    expect(await saidOf(BRAND.promises)).toBe(2);
    expect(await saidOf(BRAND.promises.slice(0, 1))).toBe(0);
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
