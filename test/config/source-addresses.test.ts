import { describe, expect, it } from 'vitest';
import { formatMistakes, readConfig } from '../../src/config/read.ts';
import { isOfThisMachine } from '../../src/config/source-addresses.ts';

/** What is said about a source with these settings, without the place. */
function saidOf(source: object): string {
  const read = readConfig(
    JSON.stringify({
      deploy: { region: 'eu-west-1', mailFrom: 'a@acme.example', alarmEmail: 'b@acme.example' },
      brands: [
        { id: 'acme', name: 'Acme', code: 'AC', sources: [{ id: 'a', name: 'A', ...source }] },
      ],
    }),
  );
  return read.status === 'ok'
    ? 'valid'
    : read.mistakes.map(({ path, message }) => `${path}: ${message}`).join('\n');
}
const feed = (url: string, more: object = {}) => saidOf({ kind: 'review', url, ...more });

describe('the address of a source', () => {
  it('is refused with place, rule and remedy where the collector would refuse it', () => {
    const read =
      readConfig(`deploy: { region: eu-west-1, mailFrom: a@b.example, alarmEmail: a@b.example }
brands:
  - id: acme
    name: Acme
    code: AC
    sources:
      - { id: a, name: A, kind: review, url: "https://user:pw@reviews.example/f.rss" }
      - { id: b, name: B, kind: review, url: "https://10.0.0.7/f.rss" }
`);
    expect(read.status === 'invalid' && formatMistakes('promisewatch.yaml', read.mistakes)).toBe(
      [
        'promisewatch.yaml:7:46  brands.0.sources.0.url  contains a user name or password. Remove what stands before the @; keys belong into a secret',
        'promisewatch.yaml:8:46  brands.0.sources.1.url  is not on the public internet. Use a public address, or import what is said there',
      ].join('\n'),
    );
  });

  it.each([
    'https://127.0.0.1/f.rss',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:10.1.2.3]/',
    'https://192.168.1.4/f.rss',
    'https://169.254.169.254/latest/meta-data/',
    'https://100.64.0.1/',
    'https://１２７.０.０.１/',
  ])('%s is not on the public internet', (url) => {
    expect(feed(url)).toContain('is not on the public internet');
  });

  it.each([
    'https://localhost/f',
    'https://wiki.internal/f',
    'https://printer.local/',
    'https://intranet/',
  ])('%s is a name of a private network', (url) =>
    expect(feed(url)).toContain('is a name of a private network'),
  );

  it('is refused with an unusual port and beyond any length', () => {
    expect(feed('https://reviews.example:8443/f')).toContain('uses a port other than 80 or 443');
    expect(feed(`https://reviews.example/${'a'.repeat(9000)}`)).toContain('is longer than');
  });

  it('may be of this machine where plain http is allowed, for the local run', () => {
    expect(feed('http://127.0.0.1:8417/f.rss', { http: true })).toBe('valid');
    expect(feed('http://[::1]:8417/f.rss', { http: true })).toBe('valid');
    expect(feed('http://10.0.0.7:8417/f.rss', { http: true })).not.toBe('valid');
    expect(feed('http://user@127.0.0.1:8417/f.rss', { http: true })).toContain('user name');
    expect(isOfThisMachine('http://localhost:80/')).toBe(true);
    expect(isOfThisMachine('https://reviews.example/')).toBe(false);
  });

  it('passes where it is public', () => {
    expect(feed('https://reviews.example/f.rss?a=b@c')).toBe('valid');
    expect(feed('https://reviews.example:443/f.rss')).toBe('valid');
  });

  it('counts for the instance of a Mastodon source as well', () => {
    const of = (instance: string) => saidOf({ connector: 'mastodon', instance, hashtag: 'acme' });
    expect(of('social.internal')).toContain('instance: is a name of a private network');
    expect(of('mastodon.example')).toBe('valid');
  });
});
