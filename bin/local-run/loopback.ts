import type { Config } from '../../src/config/config.ts';

/**
 * host:port pairs of this machine that the configuration itself names as plain-http sources.
 *
 * The deployed collector reads no private address at all. On a laptop an operator may watch a feed of
 * their own machine; only the pairs written in the file are allowed, so a hostile feed cannot redirect
 * the collector to another local port.
 */
export function loopbackSources({ brands }: Config): string[] {
  const pairs = brands
    .flatMap(({ sources }) => sources)
    .flatMap((source) => (source.connector === 'feed' && source.http ? [new URL(source.url)] : []))
    .filter(({ hostname }) => ['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
    .map(({ hostname, port }) => `${hostname}:${port === '' ? '80' : port}`);
  return [...new Set(pairs)].toSorted();
}
