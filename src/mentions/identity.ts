import { canonicalUrl, urlKey } from './canonical-url.ts';
import { hash128 } from './hashes.ts';

/** Longest native id or address that stands in an identity as it is. */
const MAX_PLAIN = 500;

/**
 * What a mention is recognised by at the next read: the first that exists of the source's own id,
 * its address, and what it says. A native id that is an address counts as the address it means, so
 * that a source that moves to https does not publish everything anew.
 *
 * @param content what is left to go by: author, date as given, and the beginning of the text
 */
export function identify(
  source: string,
  {
    nativeId,
    url,
    content,
  }: {
    readonly nativeId: string | null;
    readonly url: string | null;
    readonly content: readonly (string | null)[];
  },
): { readonly id: string; readonly identity: string } {
  const identity = `${source} ${whatIdentifies(nativeId, url, content)}`;
  return { id: hash128(identity), identity };
}

function whatIdentifies(
  nativeId: string | null,
  url: string | null,
  content: readonly (string | null)[],
): string {
  if (nativeId !== null) {
    const address = /^https?:\/\//i.test(nativeId) ? canonicalUrl(nativeId) : null;
    return `id ${short(address === null ? nativeId : urlKey(address))}`;
  }
  if (url !== null) return `url ${short(urlKey(url))}`;
  return `content ${hash128(JSON.stringify(content))}`;
}

function short(text: string): string {
  return text.length <= MAX_PLAIN ? text : `${text.slice(0, 200)}… ${hash128(text)}`;
}
