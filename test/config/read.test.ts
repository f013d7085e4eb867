import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../bin/commands/config.ts';
import { formatMistakes, readConfig } from '../../src/config/read.ts';

const ROOT = join(import.meta.dirname, '..', '..');

function mistakes(text: string): string {
  const read = readConfig(text);
  return read.status === 'ok' ? 'valid' : formatMistakes('promisewatch.yaml', read.mistakes);
}

const deploy = `deploy: { region: eu-west-1, mailFrom: a@acme.example, alarmEmail: b@acme.example }`;

describe('promisewatch.yaml', () => {
  it.each(['promisewatch.yaml', 'examples/northbell/promisewatch.yaml'])('%s is valid', (file) => {
    expect(mistakes(readFileSync(join(ROOT, file), 'utf8'))).toBe('valid');
  });

  it('has all its mistakes named at once, with line, column and rule', () => {
    expect(
      mistakes(`deploy:
  region: eu-west-1
  mailFrom: nobody
timeZone: Mars/Olympus
emial: {}
brands:
  - id: Acme
    name: Acme
    code: AC
    promises:
      - { id: fast, text: "We answer", headlin: true }
      - { id: fast, text: "We call back", from: 2026-05-01, until: 2026-04-01 }
    sources:
      - { id: forum, name: Forum, kind: forums, url: "http://forum.example/f.rss" }
  - { id: b, name: B, code: ac, sources: [{ id: forum, name: F, kind: forum, url: "https://f.example" }] }
`),
    ).toBe(
      [
        'promisewatch.yaml:2:3  deploy.alarmEmail  is missing',
        'promisewatch.yaml:3:13  deploy.mailFrom  is not an e-mail address. Write one, for example team@example.com',
        'promisewatch.yaml:4:11  timeZone  is not an IANA time zone. Example: Europe/London',
        'promisewatch.yaml:5:1  unknown setting "emial". Did you mean "email"?',
        'promisewatch.yaml:7:9  brands.0.id  use lower-case letters, digits and dashes (at most 40), e.g. northbell',
        'promisewatch.yaml:11:40  brands.0.promises.0  unknown setting "headlin". Did you mean "headline"?',
        'promisewatch.yaml:12:15  brands.0.promises.1.id  repeats the promise id of brands.0.promises.0.id. Ids are table keys: rename one of them.',
        'promisewatch.yaml:12:68  brands.0.promises.1.until  is before "from"',
        'promisewatch.yaml:14:41  brands.0.sources.0.kind  unknown kind "forums". Did you mean "forum"?',
        'promisewatch.yaml:14:54  brands.0.sources.0.url  is plain http. Use https, or write "http: true" for this source',
        'promisewatch.yaml:15:29  brands.1.code  use two to four capital letters, e.g. NB',
        'promisewatch.yaml:15:29  brands.1.code  repeats the code of brands.0.code. Incident numbers begin with it: change one.',
        'promisewatch.yaml:15:49  brands.1.sources.0.id  repeats the source id of brands.0.sources.0.id. Ids are table keys: rename one of them.',
      ].join('\n'),
    );
  });

  it('names brands that only the policy for analysts knows', () => {
    expect(
      mistakes(`deploy:
  region: eu-west-1
  mailFrom: a@acme.example
  alarmEmail: b@acme.example
  analysts: { brands: [acme, acmee] }
brands: [{ id: acme, name: Acme, code: AC }]
`),
    ).toContain(
      'promisewatch.yaml:5:30  deploy.analysts.brands.1  is not the id of a brand in this file',
    );
  });

  it('names aliases where they stand, together with all other mistakes, and does not follow them', () => {
    expect(
      mistakes(`${deploy}
timeZone: Mars/Olympus
brands:
  - { id: acme, name: &name Acme, code: AC, sorces: 1 }
  - { id: other, name: *name, code: OT }
`).split('\n'),
    ).toEqual([
      'promisewatch.yaml:2:11  timeZone  is not an IANA time zone. Example: Europe/London',
      'promisewatch.yaml:4:45  brands.0  unknown setting "sorces". Did you mean "sources"?',
      'promisewatch.yaml:5:24  uses a YAML alias (*name). Write the value out',
    ]);
    const laughs = Array.from(
      { length: 40 },
      (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`,
    ).join('\n');
    expect(mistakes(`a0: &a0 x\n${laughs}\n`)).toContain('uses a YAML alias (*a39)');
  });

  it('explains a file that is not YAML', () => {
    expect(mistakes('brands: [')).toMatch(/^promisewatch.yaml:1:\d+ {2}\S/);
  });

  it('says what is missing in a file that has nothing else', () => {
    expect(mistakes('timeZone: UTC')).toBe(
      'promisewatch.yaml:1:1  deploy  is missing\npromisewatch.yaml:1:1  brands  is missing',
    );
  });

  it('takes defaults for what is left out', () => {
    const read = readConfig(`${deploy}\nbrands: [{ id: acme, name: Acme, code: AC }]`);
    expect(read).toMatchObject({
      status: 'ok',
      config: { timeZone: 'UTC', deploy: { stackName: 'promisewatch', retentionDays: 90 } },
    });
  });
});

describe('promisewatch.schema.json', () => {
  it('is what `npm run schema` writes', () => {
    const file = readFileSync(join(ROOT, 'promisewatch.schema.json'), 'utf8');
    expect(file.trim()).toBe(configSchema());
  });
});
