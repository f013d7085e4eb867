import type { SourceSettings } from '../brands/source-settings.ts';

/** Settings that say how a source is called and counted, not what is read. */
const NOT_PART: ReadonlySet<string> = new Set([
  'id',
  'name',
  'kind',
  'population',
  'language',
  'everyMinutes',
  'http',
]);

/**
 * What is read at a source, in one string: its URL, or the connector and its settings. What was
 * remembered about a source (validators, cursor) holds only as long as this stays the same.
 */
export function addressOf(source: SourceSettings): string {
  if (source.connector === 'feed' && source.preset === undefined) return source.url;
  const parts = Object.entries(source)
    .filter(([name, value]) => !NOT_PART.has(name) && value !== undefined)
    .map(([name, value]) => `${name}=${String(value)}`);
  return parts.toSorted().join('&');
}
