import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isPolled, SourceSettings } from '../../../src/brands/source-settings.ts';
import { manifestSections } from '../../../src/sources/connectors/manifest-table.ts';
import { CONNECTORS, hostOf, MANIFESTS } from '../../../src/sources/connectors/registry.ts';

const ROOT = resolve(import.meta.dirname, '..', '..', '..');

describe('the manifests', () => {
  it('are what docs/sources.md says; after a change, put the expected text into the page', () => {
    const page = readFileSync(resolve(ROOT, 'docs/sources.md'), 'utf8');
    const [, listed = ''] = page.split('## Connectors\n\n');
    expect(listed).toBe(manifestSections(MANIFESTS));
  });

  it('name every connector that settings can name, and each by its own name', () => {
    const names = SourceSettings.options.flatMap(({ shape: { connector } }) => {
      const literal = 'unwrap' in connector ? connector.unwrap().unwrap() : connector;
      return [...literal.values];
    });
    expect([...Object.keys(CONNECTORS), 'import', 'webhook']).toEqual(names);
    expect(MANIFESTS.map(({ name }) => name)).toEqual(Object.keys(CONNECTORS));
  });

  it('are one file each', () => {
    const files = readdirSync(resolve(ROOT, 'src/sources/connectors'));
    for (const { name } of MANIFESTS) expect(files).toContain(`${name}.ts`);
  });

  it('say of keyed connectors that they have not been run', () => {
    for (const { ownListingsOnly, evidence } of MANIFESTS)
      if (ownListingsOnly)
        expect(evidence).toContain('built from documentation, not yet run against the service');
  });

  it.each(MANIFESTS)('of $name leave nothing out', (manifest) => {
    const { terms, keys, limits, sees, cannotSee, evidence } = manifest;
    expect(`${sees} ${cannotSee}`).toMatch(/delet/);
    expect(terms === null || URL.parse(terms)?.protocol === 'https:').toBe(true);
    for (const sentence of [keys, limits, sees, cannotSee, evidence])
      expect(sentence.length).toBeGreaterThan(3);
  });
});

describe('the host of a source', () => {
  it.each([
    [{ url: 'https://feeds.example:443/a.rss', kind: 'news' }, 'feeds.example'],
    [{ connector: 'mastodon', instance: 'fedi.example', hashtag: 'x' }, 'fedi.example'],
    [{ connector: 'bluesky', profile: 'northbell.example' }, 'bsky.app'],
    [{ connector: 'reddit', subreddit: 'broadband' }, 'www.reddit.com'],
  ])('of %j is %s', (settings, host) => {
    const source = SourceSettings.parse({ id: 'a', name: 'A', ...settings });
    expect(isPolled(source) && hostOf(source)).toBe(host);
  });
});
