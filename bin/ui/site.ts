import type { DatabaseSync } from 'node:sqlite';
import type { Brand } from '../../src/brands/brand.ts';
import { html, type Markup } from '../../src/digest/html.ts';
import { incidentRef, readRef, seriesWords } from '../../src/query/incidents.ts';
import { settingsIn } from '../cache/cache-reader.ts';
import { ageWords, readMeta } from '../cache/open.ts';
import { Refusal, UsageError } from '../command.ts';
import { type PageData, pageData } from './data.ts';
import { page, type Shell } from './layout.ts';
import { mentionsBody } from './mentions-page.ts';
import {
  type Amount,
  incidentBody,
  incidentsBody,
  type Links,
  overviewBody,
  promiseBody,
  sourcesBody,
} from './pages.ts';
import type { Answer } from './server.ts';

const FULL: Amount = { numbers: true, quotes: 6 };

interface Found {
  readonly title: string;
  readonly current: string;
  readonly body: Markup;
}

/**
 * Answers an address of the pages from a local copy.
 *
 * @param place flags that name the data, for commands on the pages
 */
export function site(
  db: DatabaseSync,
  place: Readonly<Record<string, unknown>>,
  now: () => Date,
): (path: string, query: URLSearchParams) => Promise<Answer> {
  return async (path, query) => {
    const { brands } = settingsIn(db);
    const wanted = query.get('brand') ?? brands[0]?.id;
    const brand = brands.find(({ id }) => id === wanted);
    const shell = {
      origin: `${readMeta(db, 'label')}, ${ageWords(readMeta(db, 'syncedAt') ?? '', now())}`,
      brand: brand?.id ?? '',
      brands: brands.map(({ id, name }) => ({ id, name })),
    };
    if (brand === undefined) return notFound(shell, 'There is no such brand.');
    const several = brands.length > 1;
    const data = pageData(db, brand, { ...(several && { brand: brand.id }), ...place });
    try {
      const found = await find(path, query, data, { brand, several });
      if (found === undefined) return notFound(shell, 'There is no such page.');
      return { status: 200, html: page({ ...shell, ...found }, found.body) };
    } catch (error) {
      if (!(error instanceof UsageError) && !(error instanceof Refusal)) throw error;
      const body = html`<section><p role="alert">${error.message}</p><p><a href="/mentions">All mentions</a></p></section>`;
      return {
        status: 400,
        html: page({ ...shell, title: 'These filters cannot be meant', current: '' }, body),
      };
    }
  };
}

function notFound(shell: Omit<Shell, 'title' | 'current'>, words: string): Answer {
  const body = html`<section><p>${words} <a href="/">Overview</a></p></section>`;
  return { status: 404, html: page({ ...shell, title: 'Not found', current: '' }, body) };
}

interface Where {
  readonly brand: Brand;
  readonly several: boolean;
}

async function find(
  path: string,
  query: URLSearchParams,
  data: PageData,
  { brand, several }: Where,
): Promise<Found | undefined> {
  const suffix = several ? `?brand=${encodeURIComponent(brand.id)}` : '';
  const links: Links = {
    promise: (id) => `/promises/${encodeURIComponent(id)}${suffix}`,
    incident: (number) => `/incidents/${incidentRef(brand.code, number)}${suffix}`,
  };
  const [, section = '', id = ''] = path.split('/').map(decoded);
  if (path === '/')
    return { title: 'Overview', current: '/', body: await overviewBody(data, links, FULL) };
  if (path === '/mentions')
    return { title: 'Mentions', current: '/mentions', body: await mentionsBody(data, query) };
  if (path === '/incidents')
    return { title: 'Incidents', current: '/incidents', body: await incidentsBody(data, links) };
  if (path === '/sources')
    return { title: 'Sources', current: '/sources', body: await sourcesBody(data) };
  if (section === 'promises') {
    const promise = brand.promises.find((one) => one.id === id);
    if (promise === undefined) return undefined;
    const body = await promiseBody(data, id, links, FULL);
    return { title: `“${promise.text}”`, current: '', body };
  }
  return section === 'incidents' ? incidentPage(data, id) : undefined;
}

async function incidentPage(data: PageData, ref: string): Promise<Found | undefined> {
  const number = readRef(ref, data.reader.brand.code);
  const body = number === undefined ? undefined : await incidentBody(data, number, FULL);
  if (number === undefined || body === undefined) return undefined;
  const { incidents } = await data.reader.stores.incidents.recent(
    data.reader.brand.id,
    '0000-01-01',
  );
  const series = incidents.find((one) => one.number === number)?.series ?? 'brand';
  return {
    title: `${incidentRef(data.reader.brand.code, number)}: ${seriesWords(data.reader, series)}`,
    current: '/incidents',
    body,
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
