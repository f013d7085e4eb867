import { describe, expect, it } from 'vitest';
import { similarity, sketch, sketchWords } from '../../src/mentions/sketch.ts';

const STORY =
  'Northbell confirmed on Tuesday that callers to its service line waited up to twenty minutes last week after a software update sent them to a queue that nobody was reading and the company said that it had moved forty people from other teams to the telephones and that every customer whose call was lost would be called back within two days without having to ask';
const OTHER =
  'The city council voted to keep the library open on Sundays after a petition of four thousand readers and will pay for two more people at the desk from the fund that had been meant for a new car park behind the town hall which now will not be built before the next election as the mayor explained to the press';

function edited(text: string, every: number): string {
  return text
    .split(' ')
    .map((word, at) => (at % every === every - 1 ? 'otherwise' : word))
    .join(' ');
}

function alike(
  a: string,
  b: string,
  titles: [string | null, string | null] = [null, null],
): number {
  return similarity(sketch(titles[0], a), sketch(titles[1], b));
}

describe('two statements', () => {
  it.each([
    ['themselves', STORY],
    ['another case, width and punctuation', STORY.toUpperCase().replaceAll(' ', ',  ')],
    ['an address added', `${STORY} https://news.example/1`],
    ['what follows 60 words cut off', STORY.split(' ').slice(0, 60).join(' ')],
    ['an attribution at the end', `${STORY} Source: The Northbell Gazette`],
    ['one word in thirty edited', edited(STORY, 30)],
  ])('are copies in spite of %s', (_, copy) => {
    expect(alike(STORY, copy)).toBeGreaterThanOrEqual(0.5);
  });

  it('are not copies when they tell different stories', () => {
    expect(alike(STORY, OTHER)).toBeLessThan(0.2);
  });

  it('are copies when one is the bare headline of the other', () => {
    const headline = 'Northbell callers waited twenty minutes in queue nobody read';
    const outlet = `${headline} - The Gazette`;
    expect(alike(outlet, STORY, [outlet, headline])).toBe(1);
  });

  it('are not copies because they answer under one title', () => {
    const title = 'How long did you wait for Northbell this week';
    expect(alike(STORY, OTHER, [title, title])).toBeLessThan(0.2);
  });

  it('of four words are two customers', () => {
    expect(alike('Very bad service', 'Very bad service')).toBe(0);
    expect(alike('They never called me back', 'They never called me back')).toBe(1);
  });

  it('in a script without spaces are compared by their characters', () => {
    expect(
      alike(
        '電話がつながらない。二十分も待たされました。',
        '電話がつながらない。二十分も待たされました!',
      ),
    ).toBe(1);
    expect(
      alike(
        '電話がつながらない。二十分も待たされました。',
        '店員さんがとても親切で気持ちよく買い物できました。',
      ),
    ).toBeLessThan(0.3);
  });
});

describe('a sketch', () => {
  it('is short, and the same for ever', () => {
    const made = sketch('Callers waited twenty minutes for Northbell', STORY);
    expect(made.length).toBeLessThanOrEqual(110);
    expect(sketchWords(made)).toBe(60);
    // Stored sketches must stay comparable: another value here means a migration.
    expect(made).toMatchInlineSnapshot(
      `"60.1sup1ad.A0qDRAJy_YYA9BfTAEq5TQJjDg4MX6_PAyz7mBF1NkwG6SOKBLVNswAcbsgLcTsHAzbG1gE-C90FTaM4AaOD4Q"`,
    );
  });

  it('of nothing or of something else is like nothing', () => {
    expect(similarity('', sketch(null, STORY))).toBe(0);
    expect(alike('', '')).toBe(0);
    expect(alike('!!! ...', '!!! ...')).toBe(0);
  });
});
