import type { Verdict } from '../../src/classification/classification.ts';
import type { ClassifiedMention } from '../../src/classification/classified-mention.ts';
import { addDays } from '../../src/mentions/day.ts';
import { DAY } from './northbell-brand.ts';

/** Text, the words that decided, source, days before DAY, stars or null, author. */
type Line = readonly [
  text: string,
  quote: string,
  source: string,
  daysAgo: number,
  stars: number | null,
  author: string | null,
];

const COMPLAINTS: readonly Line[] = [
  [
    'Rang twice before work and gave up. Fourteen minutes on hold, then it cut me off. The advert says sixty seconds.',
    'Fourteen minutes on hold',
    'reviews',
    1,
    1,
    'a1',
  ],
  [
    'Anyone else stuck in the new Northbell phone menu? Pressed 3, pressed 2, back to the start. More than twenty minutes to reach a person.',
    'More than twenty minutes to reach a person',
    'forum',
    2,
    null,
    'b1',
  ],
  [
    'Good people once you get through, but nobody picks up in a minute any more. Waited eleven minutes today.',
    'nobody picks up in a minute any more',
    'stars',
    0,
    2,
    'c1',
  ],
  [
    'I like the engineers, I really do. What I do not like is listening to the same pan-pipe tune for a quarter of an hour every single time I need to move an appointment. On Wednesday I timed it: sixteen minutes and forty seconds before anyone said hello, and by then my lunch break was over and so was my patience with the whole arrangement.',
    'sixteen minutes and forty seconds before anyone said hello',
    'reviews',
    2,
    2,
    'a2',
  ],
  ['Held for ten minutes. Hung up.', 'Held for ten minutes', 'stars', 1, 1, 'c2'],
  [
    'They used to be so quick. Tuesday was fine, since Wednesday it is a queue of eight or nine callers whenever I try.',
    'a queue of eight or nine callers',
    'forum',
    0,
    null,
    'b2',
  ],
  [
    'Third attempt this week, and again the recording says all our advisers are busy. Promised a minute, got half an hour.',
    'Promised a minute, got half an hour',
    'reviews',
    0,
    1,
    'a3',
  ],
  [
    'My mother is 81 and was left on hold for 25 minutes about her heating. Not good enough.',
    'left on hold for 25 minutes',
    'reviews',
    0,
    1,
    'a4',
  ],
  [
    'Gave up after the third chorus of hold music.',
    'Gave up after the third chorus of hold music',
    'reviews',
    0,
    1,
    'e10',
  ],
  [
    'Twelve minutes to be told the line is busy. I could have walked to the shop.',
    'Twelve minutes to be told the line is busy',
    'forum',
    0,
    null,
    'e11',
  ],
  [
    'Not a single call answered this morning, and I tried four times before ten.',
    'Not a single call answered this morning',
    'stars',
    0,
    1,
    'e12',
  ],
  [
    'The callback was kind, the wait before it was not: nineteen minutes.',
    'nineteen minutes',
    'reviews',
    0,
    3,
    'e13',
  ],
  [
    'Queue position nine, then eight, then nine again. How does that even happen?',
    'Queue position nine, then eight, then nine again',
    'forum',
    0,
    null,
    'e14',
  ],
  ['Sixty seconds? Try nine hundred.', 'Try nine hundred', 'reviews', 0, 1, 'e15'],
  [
    'I was disconnected while I waited and had to start over at the end of the line.',
    'disconnected while I waited',
    'stars',
    0,
    2,
    'e16',
  ],
  [
    'Lovely advice in the end, but half of my break went on listening to the jingle.',
    'half of my break went on listening to the jingle',
    'reviews',
    0,
    3,
    'e17',
  ],
  [
    'Phone rang out on Thursday afternoon, nobody there at all.',
    'Phone rang out on Thursday afternoon',
    'reviews',
    1,
    1,
    'e18',
  ],
  [
    'Since they changed the options I never land with a person in under ten minutes.',
    'never land with a person in under ten minutes',
    'forum',
    1,
    null,
    'e19',
  ],
  [
    'My patience is shorter than their queue: seventeen minutes and counting.',
    'seventeen minutes and counting',
    'stars',
    1,
    2,
    'e20',
  ],
  [
    'Waiting has become the normal thing here, which is sad for a firm I used to praise.',
    'Waiting has become the normal thing here',
    'reviews',
    1,
    2,
    'e21',
  ],
  [
    'Tried at eight, at noon and at five. Each time a recording about unusually many calls.',
    'a recording about unusually many calls',
    'reviews',
    1,
    1,
    'e22',
  ],
  [
    'Is the support line understaffed? A quarter past the hour and still no human.',
    'still no human',
    'forum',
    1,
    null,
    'e23',
  ],
  [
    'Why advertise speed and then let people hang for a quarter of an hour?',
    'let people hang for a quarter of an hour',
    'stars',
    1,
    1,
    'e24',
  ],
  [
    'I timed it, thirteen minutes forty until someone picked up.',
    'thirteen minutes forty until someone picked up',
    'forum',
    1,
    null,
    'e25',
  ],
  [
    'Could have renewed online if the site worked; instead I stood in a phone line for ages.',
    'stood in a phone line for ages',
    'reviews',
    1,
    2,
    'e26',
  ],
  [
    'Two calls, two times cut off after ten minutes of silence.',
    'cut off after ten minutes of silence',
    'reviews',
    2,
    1,
    'e27',
  ],
  [
    'What happened on Wednesday? It took them eleven minutes to say good morning.',
    'It took them eleven minutes to say good morning',
    'forum',
    2,
    null,
    'e28',
  ],
  [
    'On hold, on hold, on hold. Then the shop closed.',
    'On hold, on hold, on hold',
    'stars',
    2,
    1,
    'e29',
  ],
  [
    'The new menu sent me to sales, sales sent me back, and the wait began again.',
    'the wait began again',
    'reviews',
    2,
    2,
    'e30',
  ],
  [
    'Usually prompt. This week I waited through an entire podcast.',
    'waited through an entire podcast',
    'stars',
    2,
    3,
    'e31',
  ],
  [
    "An engineer's visit was easier to arrange by post than by telephone. Eighteen minutes wasted.",
    'Eighteen minutes wasted',
    'forum',
    2,
    null,
    'e32',
  ],
];

const PRAISE: readonly Line[] = [
  [
    'Credit where due: rang this morning and someone answered in under a minute. The menu is gone too.',
    'someone answered in under a minute',
    'stars',
    0,
    5,
    'd1',
  ],
  [
    'Second ring and a human said hello, which made my day.',
    'Second ring and a human said hello',
    'reviews',
    3,
    5,
    'd2',
  ],
];

export const mentions: ClassifiedMention[] = [
  ...COMPLAINTS.map((line, index) => said(line, index + 1, 'broken')),
  ...PRAISE.map((line, index) => said(line, index + 101, 'kept')),
];

function said(line: Line, number: number, outcome: Verdict['outcome']): ClassifiedMention {
  const [text, quote, source, daysAgo, stars, author] = line;
  const start = text.indexOf(quote);
  const bucketDay = addDays(DAY, -daysAgo);
  return aMention({
    id: String(number).padStart(32, '0'),
    text,
    source,
    bucketDay,
    publishedAt: `${bucketDay}T09:${String(10 + (number % 40))}:00Z`,
    url: `https://${source}.example/m/${number}`,
    rating: stars === null ? null : { value: stars, raw: String(stars), scale: 5 },
    authorHash: author === null ? null : author.padEnd(32, '0'),
    classification: {
      cv: 'c1',
      sentiment: {
        label: outcome === 'broken' ? 'negative' : 'positive',
        probabilities:
          outcome === 'broken'
            ? { negative: 0.9, neutral: 0.06, positive: 0.04 }
            : { negative: 0.04, neutral: 0.06, positive: 0.9 },
        reasons: [],
      },
      lang: 'en',
      verdicts: [
        {
          promise: 'answer-60s',
          promiseVersion: 1,
          outcome,
          confidence: 0.8 + (number % 10) / 100,
          quote,
          start,
          end: start + quote.length,
          reasons: ['wait'],
        },
      ],
      dimensions: [
        { dimension: 'responsiveness', quote, start, end: start + quote.length },
        ...(text.includes('menu')
          ? [{ dimension: 'ease' as const, quote, start, end: start + quote.length }]
          : []),
      ],
      signals: /twice|Third|every single time/.test(text)
        ? [{ signal: 'repeat-contact', quote, start, end: start + quote.length }]
        : [],
      flags: [],
    },
  });
}

export function aMention(part: Partial<ClassifiedMention> = {}): ClassifiedMention {
  return {
    id: '1'.padStart(32, '0'),
    identity: 'reviews|1',
    brand: 'northbell',
    source: 'reviews',
    kind: 'review',
    population: 'customer',
    url: 'https://reviews.example/m/1',
    title: null,
    text: 'Nobody answers.',
    rating: null,
    lang: 'en',
    publishedAt: `${DAY}T09:00:00Z`,
    fetchedAt: `${DAY}T10:00:00Z`,
    bucketDay: DAY,
    clamped: false,
    contentHash: '0'.repeat(32),
    authorHash: null,
    sketch: '',
    ttl: 2_000_000_000,
    version: 1,
    classification: {
      cv: 'c1',
      sentiment: { label: 'negative', reasons: [] },
      lang: 'en',
      verdicts: [],
      dimensions: [],
      signals: [],
      flags: [],
    },
    ...part,
  };
}
