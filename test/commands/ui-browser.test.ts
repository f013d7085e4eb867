import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import axe from 'axe-core';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ui } from '../../bin/ui/server.ts';
import { enter, HOSTILE, openPages, PATHS, type Pages } from './ui-pages.ts';

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
  let pages: Pages;
  let ui: Ui;
  let copy: DatabaseSync;

  beforeAll(async () => {
    pages = await openPages();
    ({ ui, copy } = pages);
    profile = mkdtempSync(join(tmpdir(), 'ui-browser-'));
    context = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      headless: true,
      args: SWITCHES,
    });
    const { port } = new URL(ui.origin);
    const [name = '', value = ''] = (await enter(pages)).split('=');
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
  }, 180_000);
  afterAll(async () => {
    await context.close();
    await pages.close();
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

  it('names signals and promises in plain words', async () => {
    await go('/promises/fast');
    const signals = page.getByRole('region', { name: /^Signals of the last/ });
    expect(await signals.getByRole('rowheader').allTextContents()).toEqual(['Had to come back']);
    await go('/mentions?since=all');
    expect(await page.getByLabel('Signal').locator('option:checked').textContent()).toBe('any');
    expect(await page.getByLabel('Signal').textContent()).toContain('Had to come back');
    expect(await page.getByLabel('About').textContent()).toContain('Prices and bills');
    expect(await page.locator('ol.list').textContent()).toContain(
      'kept: “We answer within 60 seconds”',
    );
  });

  it('breaks no date on a telephone, and leaves a promise room beside its numbers', async () => {
    await page.setViewportSize({ width: 375, height: 800 });
    const lines = (role: 'rowheader' | 'cell', name: string) =>
      page.getByRole(role, { name, exact: true }).evaluate((cell) => {
        const words = cell.ownerDocument.createRange();
        words.selectNodeContents(cell);
        return new Set([...words.getClientRects()].map(({ bottom }) => Math.round(bottom))).size;
      });
    await go('/incidents');
    expect(await lines('rowheader', 'AC-0001')).toBe(1);
    expect(await lines('cell', '2026-11-18')).toBe(1);
    await go('/');
    const { width = 0 } = (await page.getByRole('rowheader').first().boundingBox()) ?? {};
    expect(width).toBeGreaterThanOrEqual(128);
  });

  it('reaches incidents and sources by keyboard alone', async () => {
    await go('/');
    await page.keyboard.press('3');
    await page.waitForURL('**/incidents**');
    const incident = page.getByRole('link', { name: /AC-0001/ }).first();
    let tabs = 0;
    for (; tabs < 60; tabs++) {
      await page.keyboard.press('Tab');
      if (await incident.evaluate((link) => link === link.ownerDocument.activeElement)) break;
    }
    expect(tabs).toBeLessThan(60);
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
