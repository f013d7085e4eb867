import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { type BrowserContext, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeDigest } from '../../src/digest/compose.ts';
import { renderDigest } from '../../src/digest/render.ts';
import { HTML_TARGET } from '../../src/digest/render-html.ts';
import { TEXT_TARGET } from '../../src/digest/render-text.ts';
import { everyKind } from './kinds.ts';
import { pipelineDigests } from './pipeline.ts';

/** A view takes a fraction of a second on an idle machine and seconds on a busy one. */
const LONG = 240_000;
/** Debian's Chromium; without one these tests are shown as skipped. */
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const mails = Object.entries(everyKind).map(([kind, make]) => {
  const input = make();
  const footer = { unsubscribe: 'ses' as const, postal: 'Northbell Ltd, 4 Quay Street, Bristol' };
  const { html } = renderDigest(composeDigest(input), input.mentions, footer);
  return { kind, html: html.replace('{{amazonSESUnsubscribeUrl}}', 'https://example.com/stop') };
});

/** As programs show it that drop style sheets and classes. */
const withoutStyles = (html: string) =>
  html.replaceAll(/<style>[\s\S]*?<\/style>/g, '').replaceAll(/ class="[^"]*"/g, '');

interface View {
  readonly width: number;
  readonly theme: 'light' | 'dark';
}

/**
 * Axe takes a second a view, and what it looks at changes with the colours, hardly with the width. It judges the widest
 * light and the narrowest dark view; every view with MAIL_VIEWS=all, as before a release.
 */
const isJudged = ({ width, theme }: View) =>
  process.env['MAIL_VIEWS'] === 'all' || (theme === 'light' ? width === 700 : width === 320);

const VIEWS: readonly View[] = [700, 375, 320].flatMap((width) => [
  { width, theme: 'light' as const },
  { width, theme: 'dark' as const },
]);

/** What is in the page but should not be, in each view: too wide, fetched, or in the way of a reader. */
async function look(context: BrowserContext, html: string, views: readonly View[]) {
  const page = await context.newPage();
  const fetched: string[] = [];
  await page.route('**', async (route) => {
    fetched.push(route.request().url());
    await route.abort();
  });
  try {
    await page.setContent(html);
    await page.evaluate(axe.source);
    const seen: unknown[] = [];
    for (const view of views) {
      const { width, theme } = view;
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: theme });
      // A single view is judged whatever it is.
      const judged = isJudged(view) || views.length === 1;
      const { violations } = judged
        ? ((await page.evaluate(
            "axe.run(document, { resultTypes: ['violations'] })",
          )) as axe.AxeResults)
        : { violations: [] };
      seen.push({
        width,
        theme,
        ...(await page.evaluate<object>(MEASURE)),
        problems: violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`),
      });
    }
    return { seen, fetched };
  } finally {
    await page.close();
  }
}

const MEASURE = `({
  tooWide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  images: document.images.length + document.querySelectorAll('svg,canvas,video,iframe').length,
  card: getComputedStyle(document.querySelector('table table')).backgroundColor,
})`;

const CARD = { light: 'rgb(255, 255, 255)', dark: 'rgb(25, 29, 35)' };
const clean = ({ width, theme }: View, card: string) => ({
  width,
  theme,
  tooWide: 0,
  images: 0,
  card,
  problems: [],
});

function browser(switches: string[]) {
  const state: { context?: BrowserContext; folder?: string } = {};
  beforeAll(async () => {
    state.folder = mkdtempSync(join(tmpdir(), 'digest-browser-'));
    state.context = await chromium.launchPersistentContext(state.folder, {
      executablePath: CHROMIUM,
      headless: true,
      args: [...SWITCHES, ...switches],
    });
  }, LONG);
  afterAll(async () => {
    await state.context?.close();
    if (state.folder) rmSync(state.folder, { recursive: true, force: true });
  });
  return () => {
    if (state.context === undefined) throw new Error('Chromium did not start');
    return state.context;
  };
}

describe.skipIf(!existsSync(CHROMIUM))('in a browser', () => {
  const context = browser([]);

  it.each(mails)(
    '$kind is readable at 700, 375 and 320 px, light and dark',
    async ({ html }) => {
      expect(await look(context(), html, VIEWS)).toEqual({
        seen: VIEWS.map((view) => clean(view, CARD[view.theme])),
        fetched: [],
      });
    },
    60_000,
  );

  it.each(mails)(
    '$kind is readable without its style sheet',
    async ({ html }) => {
      const views = VIEWS.filter(({ theme }) => theme === 'light');
      expect(await look(context(), withoutStyles(html), views)).toEqual({
        seen: views.map((view) => clean(view, CARD.light)),
        fetched: [],
      });
    },
    60_000,
  );
});

describe.skipIf(!existsSync(CHROMIUM))('as the pipeline freezes it, in a browser', () => {
  const context = browser([]);
  let frozen: Awaited<ReturnType<typeof pipelineDigests>>;
  beforeAll(async () => {
    frozen = await pipelineDigests();
  }, LONG);

  it.each(['first-reading', 'opened', 'recovered', 'weekly-pulse', 'every-negative'])(
    '%s is readable at 700, 375 and 320 px, light and dark',
    async (kind) => {
      const model = frozen.get(kind);
      if (model === undefined) throw new Error(`there is only ${[...frozen.keys()].join(', ')}`);
      const { html, text } = renderDigest(model, []);
      expect(Buffer.byteLength(html)).toBeLessThanOrEqual(HTML_TARGET);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(TEXT_TARGET);
      expect(await look(context(), html, VIEWS)).toEqual({
        seen: VIEWS.map((view) => clean(view, CARD[view.theme])),
        fetched: [],
      });
    },
    60_000,
  );
});

describe.skipIf(!existsSync(CHROMIUM))('in a browser that makes every page dark', () => {
  const context = browser(['--enable-features=WebContentsForceDark']);

  it.each(mails)(
    '$kind is readable',
    async ({ html }) => {
      const views = [{ width: 375, theme: 'light' as const }];
      expect(await look(context(), html, views)).toEqual({
        seen: views.map((view) => clean(view, CARD.light)),
        fetched: [],
      });
    },
    60_000,
  );
});
