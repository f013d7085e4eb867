import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MailboxPage, openMailboxPage, PortInUse } from '../../local/mailbox-page.ts';
import { createMailService } from '../../local/stand-ins/mail.ts';
import { type Outbox, openOutbox } from '../../local/stand-ins/outbox.ts';

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

let folder: string;
let outbox: Outbox;
let mailbox: MailboxPage;
/** Somebody else's server: what a mail would fetch from. */
let tracker: Server;
let tracked = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailbox-'));
  tracker = createServer((_request, response) => {
    tracked += 1;
    response.end();
  });
  await new Promise<void>((resolve) => {
    tracker.listen(0, '127.0.0.1', resolve);
  });
  const far = `http://127.0.0.1:${(tracker.address() as AddressInfo).port}/far.png`;
  outbox = openOutbox(folder);
  const rules = { identities: undefined, sandbox: false };
  const at = new Date('2026-03-02T08:00:00Z');
  const mail = createMailService(
    outbox,
    rules,
    'us-east-1',
    () => at,
    () => {},
  );
  const send = (Simple: object) =>
    mail.send({
      FromEmailAddress: 'Northbell <digest@example.com>',
      Destination: { ToAddresses: ['reader@example.org'] },
      Content: { Simple },
    });
  await send({ Subject: { Data: 'First' }, Body: { Text: { Data: 'only text' } } });
  await send({
    Subject: { Data: '<script>alert(1)</script> & more' },
    Body: {
      Text: { Data: 'a <b>text</b> part' },
      Html: {
        Data: `<!doctype html><html lang="en"><head><title>m</title></head><body><h1>Hello</h1><script>document.body.id="ran"</script><img alt="dot" src="cid:dot"><img alt="far" src="${far}"><a href="https://example.com">link</a></body></html>`,
      },
    },
    Headers: [{ Name: 'X-Kind', Value: '<opened>' }],
    Attachments: [
      { FileName: 'day “one”.csv', ContentType: 'text/csv', RawContent: btoa('a,b\n') },
      {
        FileName: 'dot.png',
        ContentType: 'image/png',
        RawContent: PIXEL,
        ContentId: 'dot',
        ContentDisposition: 'INLINE',
      },
    ],
  });
  mailbox = await openMailboxPage(outbox, 0);
});

afterAll(async () => {
  await mailbox.close();
  tracker.close();
  await rm(folder, { recursive: true, force: true });
});

const get = (path: string) => fetch(new URL(path, mailbox.url));
const pathOf = (index: number) => `/mails/${outbox.list()[index]?.id}`;

describe('the mailbox page', () => {
  it('lists the newest mail first and shows markup as text', async () => {
    const page = await (await get('/')).text();
    const links = [...page.matchAll(/<a href="(\/mails\/[^"]+)">([^<]*)<\/a>/g)];
    expect(links.map(([, path, subject]) => [path, subject])).toEqual([
      [pathOf(1), '&lt;script&gt;alert(1)&lt;/script&gt; &amp; more'],
      [pathOf(0), 'First'],
    ]);
  });

  it('shows text, headers and attachments of a mail, markup as text', async () => {
    const page = await (await get(pathOf(1))).text();
    expect(page).toContain('<pre>a &lt;b&gt;text&lt;/b&gt; part</pre>');
    expect(page).toContain('<dt>X-Kind</dt><dd>&lt;opened&gt;</dd>');
    expect(page).toContain('day “one”.csv');
    expect(page).not.toContain('<script');
    expect(page).toMatch(/<iframe [^>]*sandbox="allow-popups allow-popups-to-escape-sandbox"/);
  });

  it('hands out the exact message and the exact attachment', async () => {
    const message = await get(`${pathOf(1)}/message.eml`);
    expect(Buffer.from(await message.arrayBuffer())).toEqual(
      await readFile(outbox.list()[1]?.file ?? ''),
    );
    const attachment = await get(`${pathOf(1)}/attachments/0`);
    expect(await attachment.text()).toBe('a,b\n');
    expect(attachment.headers.get('content-disposition')).toBe(
      'attachment; filename="day__one_.csv"; filename*=UTF-8\'\'day%20%E2%80%9Cone%E2%80%9D.csv',
    );
  });

  it.each(['/', '/style.css', '/mails/none', '/nothing'])(
    'answers %s with a strict policy',
    async (path) => {
      const { headers } = await get(path);
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    },
  );

  it.each(['/mails/none', `/mails/../lock.json`, '/nothing'])('does not know %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it('does not answer to a name that is not this computer’s', async () => {
    const status = await new Promise((resolve) => {
      request(mailbox.url, { headers: { host: 'evil.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(403);
  });

  it('says in one sentence that its port is taken, and what to do', async () => {
    const port = Number(new URL(mailbox.url).port);
    const refused = openMailboxPage(outbox, port);
    await expect(refused).rejects.toThrow(PortInUse);
    await expect(refused).rejects.toThrow(
      `Port ${port} cannot be used (another program has it): choose another with --port.`,
    );
  });
});

const browserFile = (process.env['PATH'] ?? '')
  .split(delimiter)
  .flatMap((path) =>
    ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(path, name)),
  )
  .find((file) => existsSync(file));

describe.runIf(browserFile !== undefined)('the mailbox page in a browser', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: browserFile ?? '', args: ['--no-sandbox'] });
  }, 30_000);

  afterAll(() => browser.close());

  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

  it.each(['light', 'dark'] as const)('is accessible at 320 px, in %s', async (colorScheme) => {
    const page = await browser.newPage({
      viewport: { width: 320, height: 640 },
      colorScheme,
      bypassCSP: true,
    });
    for (const path of ['/', pathOf(0), pathOf(1)]) {
      await page.goto(new URL(path, mailbox.url).href);
      await page.evaluate(axe);
      const found = await page.evaluate(
        'axe.run(document, { iframes: false }).then(({ violations }) => violations.map(({ id, nodes }) => id + nodes[0].html))',
      );
      expect(found).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
    }
    await page.close();
  });

  it('runs no script of a mail and fetches nothing for it, but shows its pictures', async () => {
    const page = await browser.newPage();
    tracked = 0;
    await page.goto(new URL(pathOf(1), mailbox.url).href, { waitUntil: 'load' });
    const frame = page.frames()[1];
    await frame?.waitForSelector('h1');
    expect(await frame?.locator('#ran').count()).toBe(0);
    expect(await frame?.locator('img[alt=dot]').getAttribute('src')).toBe(
      `data:image/png;base64,${PIXEL}`,
    );
    expect(await frame?.locator('base').getAttribute('target')).toBe('_blank');
    expect(tracked).toBe(0);
    await page.goto(`${await frame?.locator('img[alt=far]').getAttribute('src')}`);
    expect(tracked).toBeGreaterThan(0);
    await page.close();
  });
});
