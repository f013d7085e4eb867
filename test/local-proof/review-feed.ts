import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Item {
  readonly id: string;
  readonly text: string;
  readonly at: Date;
}

/** A feed on this machine that a test writes to. */
export interface ReviewFeed {
  readonly origin: string;
  /** What is served by path; a path that is not there answers 404. */
  readonly pages: Map<string, Item[]>;
  /** Statements of customers that appear on a page now, a minute apart. */
  readonly say: (path: string, count: number, text: (n: number) => string) => void;
  readonly close: () => void;
}

export async function serveReviews(now: () => Date): Promise<ReviewFeed> {
  const pages = new Map<string, Item[]>();
  const server = createServer((request, response) => {
    const items = pages.get(request.url ?? '');
    response.writeHead(items === undefined ? 404 : 200, { 'content-type': 'application/rss+xml' });
    response.end(items === undefined ? 'gone' : rss(items));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  let written = 0;
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pages,
    say: (path, count, text) => {
      const items = pages.get(path) ?? [];
      for (let n = 0; n < count; n++) {
        written += 1;
        const at = new Date(now().getTime() - n * 60_000);
        items.push({ id: `r${written}`, text: text(written), at });
      }
      pages.set(path, items);
    },
    close: () => server.close(),
  };
}

const rss = (items: readonly Item[]) =>
  `<?xml version="1.0"?><rss version="2.0"><channel><title>Reviews</title>${items
    .map(
      ({ id, text, at }) =>
        `<item><guid isPermaLink="false">${id}</guid><link>https://reviews.example/${id}</link><description>${text}</description><pubDate>${at.toUTCString()}</pubDate></item>`,
    )
    .join('')}</channel></rss>`;
