/** Parameters that say how somebody came to a page, not which page it is. */
const TRACKING =
  /^(?:utm_.*|mc_.*|ga_.*|pk_.*|hsa_.*|gclid|gclsrc|dclid|fbclid|msclkid|yclid|twclid|ttclid|igshid|igsh|ref|ref_src|ref_url|referrer|oc|\.tsrc|cmpid|_hsenc|_hsmi|mkt_tok|si|share_id|feature)$/i;
/** Fragments that name one statement on a page with many. */
const STATEMENT =
  /^#(?:[a-z_-]{0,20}(?:comment|post|review|reply|answer|discussion)[a-z_-]{0,10}|[cpr])[-_]?\d{1,20}$/i;

/**
 * The address of a statement without what does not identify it: tracking, the order of parameters,
 * default ports, fragments (except those that point at one comment). Google's redirects are
 * unwrapped. Nothing is ever fetched to find out more.
 *
 * @returns null where it is not an http(s) address of at most 2,000 characters
 */
export function canonicalUrl(raw: string | null): string | null {
  const url = raw === null || raw.length > 4000 ? null : unwrap(URL.parse(raw.trim()));
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  url.username = '';
  url.password = '';
  if (!STATEMENT.test(url.hash)) url.hash = '';
  const kept = [...url.searchParams].filter(([name]) => !TRACKING.test(name));
  kept.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  url.search = new URLSearchParams(kept).toString();
  return url.href.length <= 2000 ? url.href : null;
}

/**
 * What two addresses of one page have in common: http and https, `www.`, `m.` and `amp.` are the
 * same, and so is a slash at the end.
 */
export function urlKey(canonical: string): string {
  const url = new URL(canonical);
  const host = url.hostname.replace(/^(?:www|m|amp|mobile)\.(?=[^.]+\.)/, '').replace(/\.$/, '');
  const port = url.port === '' ? '' : `:${url.port}`;
  return `${host}${port}${url.pathname.replace(/\/$/, '')}${url.search}${url.hash}`;
}

/** The target of Google's redirects, which wrap every link of Google Alerts. */
function unwrap(url: URL | null): URL | null {
  if (url === null || !/^(?:www\.)?google\.[a-z.]{2,6}$/.test(url.hostname)) return url;
  if (url.pathname !== '/url') return url;
  const target = URL.parse(url.searchParams.get('url') ?? url.searchParams.get('q') ?? '');
  return target !== null && /^https?:$/.test(target.protocol) ? target : url;
}
