import { describe, expect, it } from 'vitest';
import { formatMistakes, readConfig } from '../../src/config/read.ts';

const file = (recipient: string) => `deploy:
  region: eu-west-1
  mailFrom: a@acme.example
  alarmEmail: b@acme.example
brands:
  - id: acme
    name: Acme
    code: AC
    promises: [{ id: fast, text: We answer within 60 seconds }]
    sources: [{ id: reviews, name: Reviews, kind: review, url: https://reviews.example/acme.rss }]
    recipients:
      - ${recipient}
`;
function read(recipient: string) {
  const result = readConfig(file(recipient));
  if (result.status === 'invalid')
    throw new Error(formatMistakes('promisewatch.yaml', result.mistakes));
  return result.config;
}

describe('a recipient', () => {
  it('gets every incident, and no periodic mail beside the first reading, if nothing else is said', () => {
    expect(read('{ email: a@acme.example }').brands[0]?.recipients).toMatchObject([
      { level: 'all', weeklyPulse: false, everyNegative: false, seriousAnyTime: false },
    ]);
  });

  it('may name the promises and sources that they have to do with', () => {
    const { brands } = read('{ email: a@acme.example, scope: { promises: [fast] } }');
    expect(brands[0]?.recipients[0]?.scope).toEqual({ promises: ['fast'], sources: [] });
  });

  it.each([
    [
      '{ promises: [slow] }',
      '12:54  brands.0.recipients.0.scope.promises.0  is not the id of a promise of this brand',
    ],
    [
      '{ sources: [app] }',
      '12:53  brands.0.recipients.0.scope.sources.0  is not the id of a source of this brand',
    ],
    ['{}', 'name at least one promise or source, or leave the scope out'],
  ])('is refused with a scope that leaves them without mail: %s', (scope, message) => {
    expect(() => read(`{ email: a@acme.example, scope: ${scope} }`)).toThrow(message);
  });
});
