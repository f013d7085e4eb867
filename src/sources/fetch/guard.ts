import ipaddr from 'ipaddr.js';
import { type FetchFailureCode, FetchStop } from './failures.ts';
import { FETCH_LIMITS } from './limits.ts';

/** One address of a host, as a resolver gives it. */
export type HostAddress = { readonly address: string; readonly family: number };

/** Resolves a host name to all its addresses. @throws when it cannot */
export type Lookup = (hostname: string) => Promise<readonly HostAddress[]>;

/** What is allowed for one fetch. */
export type Allowance = {
  readonly allowHttp: boolean;
  /** `host:port` on this machine that this fetch began at and may stay at; undefined in the cloud. */
  readonly loopback: string | undefined;
};

const LOCAL_NAME = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|home\.arpa)$/;

/**
 * Whether an address may be connected to: only global unicast. An IPv4 address inside an IPv6 one
 * counts as what it is; other IPv6 only from 2000::/3, the part that is given out.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || (parsed.toByteArray()[0] ?? 0) >> 5 === 1;
}

function isLoopbackAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback';
}

/** `host:port` with the port that the scheme implies. */
export function hostAndPort(url: URL): string {
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return `${url.hostname}:${port}`;
}

/**
 * Checks an address before anything is asked of it; run again for each redirect.
 *
 * A host that is written as a number is judged here, in every spelling, because a connection to a
 * number never asks the resolver. Names are judged when they are resolved, see `guardedAddresses`.
 *
 * @returns why it must not be read, or undefined
 */
export function refusal(
  url: URL,
  { allowHttp, loopback }: Allowance,
): FetchFailureCode | undefined {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'SCHEME_NOT_ALLOWED';
  if (url.username !== '' || url.password !== '') return 'CREDENTIALS_IN_URL';
  if (url.protocol === 'http:' && !allowHttp) return 'HTTP_NOT_ALLOWED';
  if (url.href.length > FETCH_LIMITS.urlLength) return 'URL_INVALID';
  if (loopback !== undefined && hostAndPort(url) === loopback) return undefined;
  if (!['', '80', '443'].includes(url.port)) return 'PORT_NOT_ALLOWED';
  const host = bareHost(url);
  if (ipaddr.isValid(host)) return isPublicAddress(host) ? undefined : 'ADDRESS_NOT_ALLOWED';
  // A name without a dot is only known inside some network.
  return LOCAL_NAME.test(host) || !host.includes('.') ? 'NAME_NOT_ALLOWED' : undefined;
}

/** The host without the brackets of IPv6 and without the final dot of a rooted name. */
export function bareHost(url: URL): string {
  return url.hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

/**
 * The addresses a connection may use, checked as they are used: a name server that gives another
 * answer the second time is asked only once. One address that is not public condemns them all.
 *
 * @throws {FetchStop}
 */
export async function guardedAddresses(
  url: URL,
  { loopback }: Allowance,
  lookup: Lookup,
): Promise<readonly HostAddress[]> {
  const host = bareHost(url);
  const addresses = ipaddr.isValid(host)
    ? [{ address: host, family: host.includes(':') ? 6 : 4 }]
    : await resolve(host, lookup);
  const isAllowed = hostAndPort(url) === loopback ? isLoopbackAddress : isPublicAddress;
  if (!addresses.every(({ address }) => isAllowed(address))) {
    throw new FetchStop('ADDRESS_NOT_ALLOWED');
  }
  return addresses;
}

async function resolve(host: string, lookup: Lookup): Promise<readonly HostAddress[]> {
  let addresses: readonly HostAddress[] = [];
  try {
    addresses = await lookup(host);
  } catch {
    // Why a resolver failed says more about the resolver than about the source.
  }
  if (addresses.length === 0) throw new FetchStop('DNS_FAILED');
  return addresses;
}
