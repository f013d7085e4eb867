/** Lines that a service adds to every text it publishes. */
const LINES: readonly RegExp[] = [
  // WordPress.org reviews
  /^Replies: \d{1,6}$/i,
  /^Rating:\s{0,5}[1-5]\s{0,5}stars?$/i,
  // hnrss.org
  /^Article URL: \S+$/i,
  /^Comments URL: https:\/\/news\.ycombinator\.com\/\S+$/i,
  /^Points: \d{1,6}$/i,
  /^# Comments: \d{1,6}$/i,
  // Discourse
  /^\d{1,6} posts? - \d{1,6} participants?$/i,
  /^Read full topic$/i,
  // WordPress
  /^The post .{1,300} (?:first appeared|appeared first) on .{1,200}\.?$/i,
];

/** Reddit's end of every entry, on one line or several. */
const SUBMITTED =
  /^submitted by\s{1,5}\/u\/\S{1,40}(?:\s{1,5}to\s{1,5}\/?r\/\S{1,40})?(?:\s{0,5}\[(?:link|comments)\]){0,2}$/i;

/** The text without what its service adds to every entry. */
export function withoutBoilerplate(text: string): string {
  const lines = withoutSubmittedBy(text)
    .split('\n')
    .filter((line) => !LINES.some((pattern) => pattern.test(line)));
  return lines.join('\n').trim();
}

function withoutSubmittedBy(text: string): string {
  const at = text.lastIndexOf('submitted by');
  if (at === -1 || text.length - at > 300) return text;
  return SUBMITTED.test(text.slice(at).trim()) ? text.slice(0, at).trimEnd() : text;
}
