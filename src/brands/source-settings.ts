import * as z from 'zod';
import { Id } from './id.ts';

export const SourceKind = z.enum(['review', 'social', 'news', 'forum', 'import', 'webhook']);
export type SourceKind = z.infer<typeof SourceKind>;

export const Population = z.enum(['customer', 'employee']);
export type Population = z.infer<typeof Population>;

/** What every source has, whatever connector reads it. */
const common = {
  id: Id.describe('short name, part of table keys; unique over all brands'),
  name: z.string().min(1).max(60).describe('as readers of the digest know it'),
  population: Population.default('customer'),
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/, { error: 'use a language code, e.g. en' })
    .optional()
    .describe('of mentions whose source states none'),
};

/** Shortest time between two reads; the floor is what the service can bear. */
function everyMinutes(floor: number, usual = Math.max(floor, 30)) {
  return z
    .int()
    .min(floor)
    .max(1440)
    .default(usual)
    .describe('shortest time between two reads, in minutes');
}

const query = z.string().trim().min(2).max(200);

/**
 * Name of an SSM SecureString that the operator made. Only this part of the tree: functions may read
 * nothing else, and a configuration cannot point them at the key of the author hash.
 */
const secret = z
  .string()
  .regex(/^\/promisewatch\/secrets\/[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/, {
    error:
      'name a SecureString under /promisewatch/secrets/, e.g. /promisewatch/secrets/trustpilot',
  })
  .describe('name of the SSM SecureString that holds the key');

/** An id of digits, which YAML reads as a number. */
function digits(what: string) {
  const error = `use the number of the ${what}, digits only`;
  return z
    .union([z.string().regex(/^\d{1,30}$/, { error }), z.int({ error }).positive()], { error })
    .transform(String);
}

const Feed = z.strictObject({
  ...common,
  connector: z.literal('feed').optional().default('feed'),
  url: z.url({ protocol: /^https?$/ }),
  kind: SourceKind,
  http: z.boolean().default(false).describe('allow plain http for this source'),
  preset: z
    .enum(['google-alerts', 'lemmy'])
    .optional()
    .describe('a service whose feeds need more than reading; most need none'),
  everyMinutes: everyMinutes(15),
});

const AppStore = z.strictObject({
  ...common,
  connector: z.literal('app-store'),
  app: digits('app: it follows "id" in its App Store address'),
  storefronts: z
    .array(
      z.string().regex(/^[a-z]{2}$/, { error: 'use two lower-case letters of a country, e.g. gb' }),
    )
    .min(1)
    .max(20)
    .describe('countries whose stores are read'),
  kind: SourceKind.default('review'),
  everyMinutes: everyMinutes(60),
});

const HackerNews = z.strictObject({
  ...common,
  connector: z.literal('hacker-news'),
  query: query.describe('words to find; "in quotes" for a phrase'),
  kind: SourceKind.default('forum'),
  everyMinutes: everyMinutes(15),
});

const Mastodon = z.strictObject({
  ...common,
  connector: z.literal('mastodon'),
  instance: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}\.){1,8}[a-z][a-z0-9-]{1,62}$/, {
      error: 'use the host name alone, e.g. mastodon.social',
    })
    .describe('server whose view of the network is read'),
  hashtag: z.string().regex(/^#?[^\s#/?&%]{1,100}$/, { error: 'use one hashtag, e.g. northbell' }),
  kind: SourceKind.default('social'),
  everyMinutes: everyMinutes(15),
});

const Bluesky = z
  .strictObject({
    ...common,
    connector: z.literal('bluesky'),
    profile: z
      .string()
      .regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/, {
        error: 'use a handle without @, e.g. northbell.example',
      })
      .max(253)
      .optional()
      .describe('account whose posts are read, without a key'),
    search: query.optional().describe('words to find; needs a secret'),
    secret: secret.optional(),
    kind: SourceKind.default('social'),
    everyMinutes: everyMinutes(15),
  })
  .refine(
    ({ profile, search, secret: key }) =>
      (profile !== undefined && search === undefined) ||
      (profile === undefined && search !== undefined && key !== undefined),
    { error: 'give either "profile", or "search" together with "secret"' },
  );

const Reddit = z
  .strictObject({
    ...common,
    connector: z.literal('reddit'),
    subreddit: z
      .string()
      .regex(/^[A-Za-z0-9_]{2,21}$/, { error: 'use its name without r/, e.g. broadband' })
      .optional(),
    search: query.optional().describe('words to find, in the subreddit if there is one'),
    kind: SourceKind.default('forum'),
    everyMinutes: everyMinutes(30, 60),
  })
  .refine(({ subreddit, search }) => subreddit !== undefined || search !== undefined, {
    error: 'give "subreddit", "search" or both',
  });

const StackExchange = z.strictObject({
  ...common,
  connector: z.literal('stack-exchange'),
  site: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,60}$/, {
    error: 'use the name of a site, e.g. superuser',
  }),
  query: query.describe('words to find in questions'),
  secret: secret
    .optional()
    .describe('name of the SSM SecureString with a free key, for more reads'),
  kind: SourceKind.default('forum'),
  everyMinutes: everyMinutes(30, 60),
});

const YouTube = z.strictObject({
  ...common,
  connector: z.literal('youtube'),
  channel: z
    .string()
    .regex(/^UC[\w-]{22}$/, { error: 'use the id of a channel: UC and 22 characters' }),
  kind: SourceKind.default('social'),
  everyMinutes: everyMinutes(30),
});

const GoogleBusinessProfile = z.strictObject({
  ...common,
  connector: z.literal('google-business-profile'),
  account: digits('account'),
  location: digits('location'),
  secret,
  kind: SourceKind.default('review'),
  everyMinutes: everyMinutes(15),
});

const GooglePlay = z.strictObject({
  ...common,
  connector: z.literal('google-play'),
  package: z
    .string()
    .regex(/^[A-Za-z]\w{0,60}(?:\.[A-Za-z]\w{0,60}){1,10}$/, {
      error: 'use the package name, e.g. com.northbell.app',
    })
    .describe('package name of the app'),
  secret,
  kind: SourceKind.default('review'),
  everyMinutes: everyMinutes(60),
});

const AppStoreConnect = z.strictObject({
  ...common,
  connector: z.literal('app-store-connect'),
  app: digits('app: it follows "id" in its App Store address'),
  secret,
  kind: SourceKind.default('review'),
  everyMinutes: everyMinutes(30),
});

const Trustpilot = z.strictObject({
  ...common,
  connector: z.literal('trustpilot'),
  businessUnit: z
    .string()
    .regex(/^[0-9a-f]{24}$/, { error: 'use the id of the business unit: 24 hexadecimal digits' }),
  secret,
  kind: SourceKind.default('review'),
  everyMinutes: everyMinutes(30, 60),
});

const Import = z.strictObject({
  ...common,
  connector: z.literal('import'),
  kind: SourceKind.default('import'),
});

const Webhook = z.strictObject({
  ...common,
  connector: z.literal('webhook'),
  secret: secret.describe(
    'name of the SSM SecureString that requests are signed with, 32 characters at least',
  ),
  kind: SourceKind.default('webhook'),
});

/**
 * A place that is read for one brand. Its id is unique over all brands. Without `connector` it is a
 * feed; a source of connector `import` is never read, it is what `promisewatch import` fills,
 * and one of connector `webhook` is sent its mentions.
 */
export const SourceSettings = z.discriminatedUnion('connector', [
  Feed,
  AppStore,
  HackerNews,
  Mastodon,
  Bluesky,
  Reddit,
  StackExchange,
  YouTube,
  GoogleBusinessProfile,
  GooglePlay,
  AppStoreConnect,
  Trustpilot,
  Import,
  Webhook,
]);
export type SourceSettings = z.infer<typeof SourceSettings>;

/** The settings of one connector. */
export type SettingsOf<Name extends SourceSettings['connector']> = Extract<
  SourceSettings,
  { connector: Name }
>;

/** A source that is read on a schedule. */
export type PolledSource = Exclude<SourceSettings, { connector: 'import' | 'webhook' }>;

export function isPolled(source: SourceSettings): source is PolledSource {
  return source.connector !== 'import' && source.connector !== 'webhook';
}
