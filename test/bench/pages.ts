import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { openForSync } from '../../bin/cache/open.ts';
import { openUi } from '../../bin/ui/server.ts';
import { site } from '../../bin/ui/site.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export interface PageFigures {
  /** Seconds to answer the address, nothing of it asked before. */
  readonly answered: number;
  /** Seconds from the request until the page takes input, in Chromium; null where there is none. */
  readonly interactive: number | null;
}

/**
 * How long the pages over a local copy take, by address.
 *
 * @param file the copy @param now clock of its data
 */
export async function measurePages(
  file: string,
  paths: readonly string[],
  now: Date,
): Promise<Record<string, PageFigures>> {
  const pages: Record<string, PageFigures> = {};
  for (const path of paths)
    pages[path] = {
      answered: await answered(file, path, now),
      interactive: existsSync(CHROMIUM) ? await interactive(file, path, now) : null,
    };
  return pages;
}

/** Each on a connection of its own. */
async function answered(file: string, path: string, now: Date): Promise<number> {
  const db = openForSync(file);
  const answer = site(db, {}, () => now);
  const { pathname, searchParams } = new URL(path, 'http://127.0.0.1');
  const started = performance.now();
  const { status } = await answer(pathname, searchParams);
  const seconds = (performance.now() - started) / 1000;
  db.close();
  if (status !== 200) throw new Error(`${path} answers ${status}`);
  return seconds;
}

async function interactive(file: string, path: string, now: Date): Promise<number> {
  const profile = mkdtempSync(join(tmpdir(), 'bench-browser-'));
  const db = openForSync(file);
  const ui = await openUi({
    port: 0,
    randomBytes,
    idleMs: 60_000,
    answer: site(db, {}, () => now),
    refresh: async () => {},
  });
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const page = await context.newPage();
    // The token's page moves on to the overview by itself; this one is asked for afterwards, by the same browser.
    await page.goto(ui.url);
    await page.waitForURL(`${ui.origin}/`);
    await page.goto(`${ui.origin}${path}`);
    const milliseconds = await page.evaluate(
      "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd",
    );
    return Number(milliseconds) / 1000;
  } finally {
    await context.close();
    ui.close();
    await ui.closed;
    db.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
