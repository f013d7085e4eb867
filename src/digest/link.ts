/** What a mail may do with an address: link it, or only name its host. */
export type Link =
  | { readonly href: string; readonly host: string }
  | { readonly href: null; readonly host: string };

/**
 * The address of an original: https is linked; plain http, or an address that hides its host behind a
 * user name, is only named; anything else (javascript:, data:, not an address) is null.
 */
export function linkTo(url: string | null): Link | null {
  if (url === null || !URL.canParse(url)) return null;
  const { protocol, href, host, username, password } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return null;
  const safe = protocol === 'https:' && username === '' && password === '';
  return safe ? { href, host } : { href: null, host };
}

/**
 * Links in a mail are https or mailto, or the render fails.
 *
 * @throws {Error} naming the protocol, for every other address
 */
export function safeUrl(url: string): string {
  if (!URL.canParse(url)) throw new Error('a link in a mail must be a complete address');
  const { protocol, href } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'mailto:') {
    throw new Error(`a link in a mail must be https or mailto, not ${protocol}`);
  }
  return href;
}
