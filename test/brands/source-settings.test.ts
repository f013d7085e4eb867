import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { isPolled, SourceSettings } from '../../src/brands/source-settings.ts';
import { readConfig } from '../../src/config/read.ts';

const common = { id: 'a', name: 'A' };

/** What readConfig says about one source, written as one line of YAML. */
function mistakesOf(source: string): string[] {
  const read =
    readConfig(`deploy: { region: eu-west-1, mailFrom: a@b.example, alarmEmail: a@b.example }
brands:
  - id: nb
    name: Northbell
    code: NB
    sources:
      - ${source}`);
  return read.status === 'ok' ? [] : read.mistakes.map(({ message }) => message);
}

describe('a source', () => {
  it('without a connector is a feed', () => {
    const source = SourceSettings.parse({ ...common, kind: 'news', url: 'https://a.example/feed' });
    expect(source).toMatchObject({ connector: 'feed', http: false, everyMinutes: 30 });
  });

  it.each([
    { connector: 'app-store', app: 1_592_550_875, storefronts: ['gb'] },
    { connector: 'hacker-news', query: '"northbell"' },
    { connector: 'mastodon', instance: 'fedi.example', hashtag: '#northbell' },
    { connector: 'bluesky', profile: 'northbell.example' },
    { connector: 'bluesky', search: 'northbell', secret: '/promisewatch/secrets/bluesky' },
    { connector: 'reddit', subreddit: 'broadband' },
    { connector: 'stack-exchange', site: 'superuser', query: 'northbell' },
    { connector: 'youtube', channel: `UC${'a'.repeat(22)}` },
    {
      connector: 'google-business-profile',
      account: 1,
      location: '2',
      secret: '/promisewatch/secrets/g',
    },
    { connector: 'google-play', package: 'com.northbell.app', secret: '/promisewatch/secrets/p' },
    { connector: 'app-store-connect', app: '1', secret: '/promisewatch/secrets/a' },
    { connector: 'trustpilot', businessUnit: 'a'.repeat(24), secret: '/promisewatch/secrets/t' },
    { connector: 'import' },
    { connector: 'webhook', secret: '/promisewatch/secrets/shop' },
  ])('of $connector is read the same again after it was stored', (settings) => {
    const once = SourceSettings.parse({ ...common, ...settings });
    expect(SourceSettings.parse(JSON.parse(JSON.stringify(once)))).toEqual(once);
    expect(isPolled(once)).toBe(
      settings.connector !== 'import' && settings.connector !== 'webhook',
    );
  });

  it.each([
    [
      '{ id: a, name: A, connector: appstore }',
      'unknown connector "appstore". Did you mean "app-store"?',
    ],
    [
      '{ id: a, name: A, connector: facebook }',
      /^unknown connector "facebook"\. Known: feed, app-store, /,
    ],
    ['{ id: a, name: A, connector: 3 }', /^must be one of: feed, app-store, /],
    ['{ id: a, name: A, connector: reddit }', 'give "subreddit", "search" or both'],
    [
      '{ id: a, name: A, connector: bluesky, search: northbell }',
      'give either "profile", or "search" together with "secret"',
    ],
    [
      '{ id: a, name: A, connector: app-store, app: x1, storefronts: [gb] }',
      'use the number of the app: it follows "id" in its App Store address, digits only',
    ],
    [
      '{ id: a, name: A, connector: app-store, app: 1, storefronts: [GB] }',
      'use two lower-case letters of a country, e.g. gb',
    ],
    [
      '{ id: a, name: A, connector: app-store, app: 1, storefronts: [gb], storefront: gb }',
      'unknown setting "storefront". Did you mean "storefronts"?',
    ],
    [
      '{ id: a, name: A, kind: news, url: "https://a.example", htp: true }',
      'unknown setting "htp". Did you mean "http"?',
    ],
    [
      '{ id: a, name: A, connector: trustpilot, businessUnit: aaaaaaaaaaaaaaaaaaaaaaaa, secret: /promisewatch/nb/author-key }',
      'name a SecureString under /promisewatch/secrets/, e.g. /promisewatch/secrets/trustpilot',
    ],
    [
      '{ id: a, name: A, connector: trustpilot, businessUnit: aaaaaaaaaaaaaaaaaaaaaaaa, secret: /promisewatch/secrets/../nb }',
      /./,
    ],
    [
      '{ id: a, name: A, connector: mastodon, instance: "https://fedi.example", hashtag: x }',
      'use the host name alone, e.g. mastodon.social',
    ],
    [
      '{ id: a, name: A, connector: youtube, channel: "@northbell" }',
      'use the id of a channel: UC and 22 characters',
    ],
  ])('with a mistake says what to write instead: %s', (source, expected) => {
    const mistakes = mistakesOf(source);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toMatch(expected);
  });

  it('that is plain http by accident is still noticed', () => {
    expect(mistakesOf('{ id: a, name: A, kind: news, url: "http://a.example/feed" }')).toEqual([
      'is plain http. Use https, or write "http: true" for this source',
    ]);
  });

  it('is offered to editors as one of several shapes, the feed without naming its connector', () => {
    const schema = z.toJSONSchema(SourceSettings, { io: 'input' });
    expect(schema.oneOf).toHaveLength(14);
    expect(schema.oneOf?.[0]).toMatchObject({
      properties: { connector: { const: 'feed', default: 'feed' } },
      required: ['id', 'name', 'url', 'kind'],
    });
    expect(schema.oneOf?.[1]?.required).toContain('connector');
  });
});
