import type { PolledSource } from '../../brands/source-settings.ts';
import type { SourceAnswer } from '../source-answer.ts';
import { appStore } from './app-store.ts';
import { appStoreConnect } from './app-store-connect.ts';
import { bluesky } from './bluesky.ts';
import type { Connector, ConnectorName, Manifest, ReadContext } from './connector.ts';
import { feed } from './feed.ts';
import { googleBusinessProfile } from './google-business-profile.ts';
import { googlePlay } from './google-play.ts';
import { hackerNews } from './hacker-news.ts';
import { mastodon } from './mastodon.ts';
import { reddit } from './reddit.ts';
import { stackExchange } from './stack-exchange.ts';
import { trustpilot } from './trustpilot.ts';
import { youtube } from './youtube.ts';

type Connectors = { readonly [Name in ConnectorName]: Connector<Name> };

/** Every connector by the name that settings use, in the order of docs/sources.md. */
export const CONNECTORS: Connectors = {
  feed,
  'app-store': appStore,
  'hacker-news': hackerNews,
  mastodon,
  bluesky,
  reddit,
  'stack-exchange': stackExchange,
  youtube,
  'google-business-profile': googleBusinessProfile,
  'google-play': googlePlay,
  'app-store-connect': appStoreConnect,
  trustpilot,
};

export const MANIFESTS: readonly Manifest[] = Object.values(CONNECTORS).map(
  ({ manifest }) => manifest,
);

/** Reads a source with its connector. */
export function readWith(source: PolledSource, context: ReadContext): Promise<SourceAnswer> {
  return connectorOf(source).read(source, context);
}

/** The host whose limits count for a source; a host that asks for a pause gets it from all its sources. */
export function hostOf(source: PolledSource): string {
  return connectorOf(source).host(source);
}

/** The name in the settings chose both their shape and the connector, which the types cannot say. */
function connectorOf({ connector }: PolledSource): Connector<ConnectorName> {
  return CONNECTORS[connector] as Connector<ConnectorName>;
}

/** A sentence for a connector that was never run against its service; null for the others. */
export function cautionOf(source: PolledSource): string | null {
  const { isUntried, evidence } = connectorOf(source).manifest;
  return isUntried ? evidence : null;
}

/** How far back a source can be read, in words. */
export function reachOf(source: PolledSource): string {
  return connectorOf(source).manifest.reach;
}

/** Seconds between two reads of a host. */
const USUAL_GAP = 2;

/** Seconds that must lie between the starts of two reads of this source's host. */
export function gapOf(source: PolledSource): number {
  return connectorOf(source).gapSeconds ?? USUAL_GAP;
}
