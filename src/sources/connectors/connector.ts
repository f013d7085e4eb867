import type { PolledSource, SettingsOf } from '../../brands/source-settings.ts';
import type { FetchOutcome } from '../fetch/safe-fetch.ts';
import type { SourceAnswer, Validators } from '../source-answer.ts';
import type { TokenCache } from './tokens.ts';

export type ConnectorName = PolledSource['connector'];

/** What an operator needs to know before a source is added; printed in docs/sources.md. */
export type Manifest = {
  readonly name: ConnectorName;
  /** As people call the service. */
  readonly title: string;
  readonly kind: 'official API' | 'feed';
  /** Page with the terms that reading it falls under. */
  readonly terms: string | null;
  /** Only listings of the brand that holds the key can be read. */
  readonly ownListingsOnly: boolean;
  /** What must be in the secret, or that none is needed. */
  readonly keys: string;
  readonly limits: string;
  readonly sees: string;
  /** How far a backfill gets. */
  readonly reach: string;
  readonly cannotSee: string;
  /** What its reading of answers rests on. */
  readonly evidence: string;
  /** Built from the service's documentation and never run against the service. */
  readonly isUntried: boolean;
};

/** What a connector may ask of the network beyond an address. */
export type ConnectorRequest = {
  readonly etag?: string | null;
  readonly lastModified?: string | null;
  readonly allowHttp?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly accept?: string;
  /** Sends a POST with this body; its type goes into `headers`. */
  readonly post?: string;
};

/** The guarded fetch within the time that one read of a source may take. Never throws. */
export type ConnectorFetch = (url: string, request?: ConnectorRequest) => Promise<FetchOutcome>;

export type ReadContext = {
  readonly fetch: ConnectorFetch;
  /** The value of an SSM SecureString; undefined where there is none. Throws where SSM fails. */
  readonly secret: (name: string) => Promise<string | undefined>;
  readonly tokens: TokenCache;
  readonly now: Date;
  readonly validators: Validators;
  /** What the last answer of this source left behind; null before the first and after a new address. */
  readonly cursor: string | null;
  /** A person asked for everything since then, as far as the service still has it. */
  readonly backTo?: Date;
};

/** One way to read sources. Everything a server can do is an answer; nothing is thrown for it. */
export type Connector<Name extends ConnectorName> = {
  readonly manifest: Manifest & { readonly name: Name };
  /** The host whose limits count for this source. */
  readonly host: (settings: SettingsOf<Name>) => string;
  /** Seconds between the starts of two reads of that host; 2 where the service asks for no more. */
  readonly gapSeconds?: number;
  readonly read: (settings: SettingsOf<Name>, context: ReadContext) => Promise<SourceAnswer>;
};
