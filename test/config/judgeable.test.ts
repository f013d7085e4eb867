import { describe, expect, it } from 'vitest';
import { promiseProblems } from '../../src/config/judgeable.ts';
import { readConfig } from '../../src/config/read.ts';
import { assets, classifier } from '../classification/assets.ts';

const HEAD = `deploy: { region: eu-west-1, mailFrom: a@acme.example, alarmEmail: a@acme.example }
brands:
  - id: acme
    name: Acme
    code: AC
`;
const mistakes = (rest: string) => {
  const read = readConfig(HEAD + rest);
  return read.status === 'ok'
    ? []
    : read.mistakes.map(({ line, path, message }) => `${line} ${path} ${message}`);
};
const problems = (rest: string) => {
  const read = readConfig(HEAD + rest);
  if (read.status !== 'ok') throw new Error(read.mistakes[0]?.message);
  return promiseProblems(HEAD + rest, read.config, classifier, assets.cues);
};

describe('promises that the compiler reads', () => {
  it('are refused with their place and what to write instead, where nothing can judge them', () => {
    const { mistakes: found, conflicts } = problems(`    promises:
      - { id: fees, text: No hidden fees }
      - { id: class, text: World-class service }
`);
    expect(conflicts).toEqual([]);
    expect(found).toMatchObject([{ line: 8, path: 'brands.0.promises.1.text' }]);
    expect(found[0]?.message).toMatch(/World-class service.* Write what a customer would notice/);
  });

  it('are named, not refused, where two claim the same mentions', () => {
    const { mistakes: found, conflicts } = problems(`    promises:
      - { id: fees, text: No hidden fees }
      - { id: extras, text: "No hidden fees, ever" }
`);
    expect(found).toEqual([]);
    expect(conflicts).toMatchObject([{ line: 8, path: 'brands.0.promises.1.text' }]);
  });

  it('are no problem where a brand lists none', () => {
    expect(problems('    promises: []\n')).toEqual({ mistakes: [], conflicts: [] });
  });
});

describe('own words in the file', () => {
  it('name the dimensions there are', () => {
    expect(mistakes('    words: { digitl: { keywords: [app] } }\n')).toEqual([
      '6 brands.0.words unknown setting "digitl". Did you mean "digital"?',
    ]);
  });

  it('hold something that a text can contain', () => {
    expect(mistakes('    words: { digital: { keywords: ["!!"] } }\n')).toEqual([
      '6 brands.0.words.digital.keywords.0 has no letter or digit, so no text can contain it',
    ]);
  });

  it('do not speak for and against the same dimension', () => {
    expect(
      mistakes('    words: { digital: { keywords: [Blue Box], antiKeywords: [blue box] } }\n'),
    ).toEqual([
      '6 brands.0.words.digital.antiKeywords.0 "blue box" is a keyword, too. Keep it in one of the two',
    ]);
  });
});

describe('earlier words of a promise', () => {
  const promise = (only: string, earlier: string) =>
    mistakes(`    promises:
      - { id: fast, text: We answer within 30 seconds, version: 2, ${only} earlier: [{ ${earlier} }] }
`);
  const words = 'text: We answer within a minute';

  it('are over before the next begin', () => {
    expect(promise('from: 2026-06-01,', `version: 1, ${words}, until: 2026-05-31`)).toEqual([]);
    expect(promise('from: 2026-06-01,', `version: 1, ${words}, until: 2026-06-01`)).toEqual([
      '7 brands.0.promises.0.earlier.0.until must be before 2026-06-01, when the words after it begin: a day has one version',
    ]);
    expect(promise('', `version: 1, ${words}, until: 2026-05-31`)).toEqual([
      '7 brands.0.promises.0.earlier.0 is followed by words without "from". Say from which day the later words hold',
    ]);
  });

  it('have a lower version', () => {
    expect(promise('from: 2026-06-01,', `version: 2, ${words}, until: 2026-05-31`)).toEqual([
      '7 brands.0.promises.0.earlier.0.version must be lower than 2, the version after it',
    ]);
  });
});
