import { Brand } from '../../src/brands/brand.ts';
import type { Verdict } from '../../src/classification/classification.ts';
import type { ClassifiedMention } from '../../src/classification/classified-mention.ts';
import type { DigestInput } from '../../src/digest/compose.ts';
import { lastDays } from '../../src/digest/dates.ts';
import { addDays } from '../../src/mentions/day.ts';
import type { Rollup, SourceCounts } from '../../src/rollups/rollup.ts';
import type { CheckResult, Incident, WindowTest } from '../../src/trends/incident.ts';

/** A call centre in its bad week: complaints about waiting, 18–20 November 2026. */
export const northbell = Brand.parse({
  id: 'northbell',
  name: 'Northbell',
  code: 'NB',
  timeZone: 'Europe/London',
  promises: [
    {
      id: 'answer-60s',
      text: 'We answer within 60 seconds',
      headline: true,
      owner: 'Contact-centre operations',
      playbook: {
        url: 'https://wiki.northbell.example/playbooks/answer-times',
        checks: [
          'Did answer times, staffing or the phone menu change on the first day?',
          'Which public reviews have no reply yet? They are in the attached file.',
        ],
      },
    },
    { id: 'first-contact', text: 'Solved at the first contact', owner: 'Service desk' },
    { id: 'callback', text: 'A callback within two hours' },
    { id: 'no-script', text: 'A named person, never a script' },
  ],
  sources: [
    { id: 'reviews', name: 'Opinionwell', url: 'https://reviews.example/feed', kind: 'review' },
    { id: 'forum', name: 'Talkyard', url: 'https://forum.example/feed', kind: 'forum' },
    { id: 'stars', name: 'Starboard', url: 'https://stars.example/feed', kind: 'review' },
  ],
});

export const DAY = '2026-11-20';
const BROKEN_21 = [2, 3, 4, 3, 2, 5, 3, 1, 2, 4, 3, 6, 2, 4, 2, 1, 3, 4, 8, 11, 12];

export const counts = (part: Partial<SourceCounts> = {}): SourceCounts => ({
  mentions: 0,
  negative: 0,
  neutral: 0,
  positive: 0,
  mixed: 0,
  unclassified: 0,
  unsupported: 0,
  copies: 0,
  overAuthorCap: 0,
  promises: {},
  ...part,
});

/** 63 days; about 44 mentions a day over three sources; the last three days are bad. */
export function rollups(broken: (day: string, index: number) => number = usualBroken): Rollup[] {
  return lastDays(DAY, 63).map((day, index) => ({
    brand: 'northbell',
    day,
    cv: 'c1',
    seen: 1,
    employees: {},
    sources: sourcesOf(broken(day, index), index),
  }));
}

export function sourcesOf(total: number, index: number): Rollup['sources'] {
  const most = Math.ceil(total * 0.45);
  const some = Math.floor(total * 0.3);
  const every = (days: number, at: number) => ((index + at) % days === 0 ? 1 : 0);
  const row = (at: number, mentions: number, bad: number) => {
    const negative = Math.min(mentions, bad + ((index + at) % 3));
    return counts({
      mentions,
      negative,
      neutral: Math.floor((mentions - negative) / 2),
      positive: Math.ceil((mentions - negative) / 2),
      unclassified: every(5, at),
      unsupported: every(9, at),
      copies: at === 0 ? every(4, 0) : 0,
      promises: {
        'answer-60s': verdicts(at === 0 ? (index % 3) + 1 : 0, bad),
        'first-contact': verdicts(1, every(4, at)),
        callback: verdicts(0, at === 1 ? every(3, 0) : 0),
      },
    });
  };
  return {
    reviews: row(0, 20, most),
    forum: row(1, 14, some),
    stars: row(2, 10, total - most - some),
  };
}

const verdicts = (kept: number, broken: number) => ({ exceeded: 0, kept, broken, unclear: 0 });

export function usualBroken(_day: string, index: number): number {
  return index >= 42 ? (BROKEN_21[index - 42] ?? 0) : (index % 5) + 1;
}

export function aTest(part: Partial<WindowTest> = {}): WindowTest {
  return {
    series: 'promise:answer-60s',
    window: 3,
    from: addDays(DAY, -2),
    to: DAY,
    observed: 31,
    expected: 9.2,
    mentions: 132,
    wobble: 1.4,
    chance: 0.0000021,
    odds: 0.00005,
    usualCount: 9.4,
    countLimit: 17.2,
    keys: { chance: true, minimum: true, ratio: true, count: true },
    fires: true,
    ...part,
  };
}

export function anIncident(part: Partial<Incident> = {}): Incident {
  const opening = aTest(part.series ? { series: part.series } : {});
  return {
    brand: 'northbell',
    number: 142,
    state: 'open',
    series: 'promise:answer-60s',
    alsoFired: [],
    openedOn: DAY,
    since: opening.from,
    opening,
    lastMailed: opening,
    baseline: {
      days: lastDays(addDays(DAY, -7), 56),
      sources: {
        reviews: { mentions: 1120, negative: 78, share: 0.0697 },
        forum: { mentions: 784, negative: 55, share: 0.0697 },
        stars: { mentions: 560, negative: 39, share: 0.0697 },
      },
    },
    worseOn: [],
    goodChecks: 0,
    recoveredOn: null,
    reopenedOn: [],
    closedOn: null,
    closedBecause: null,
    acknowledgedBy: null,
    snoozedUntil: null,
    serious: true,
    cv: 'c1',
    checkedDay: DAY,
    history: [{ day: DAY, observed: 31, expected: 9.2, mentions: 132, chance: 0.0000021 }],
    ...part,
  };
}

export function aCheck(
  incident: Incident = anIncident(),
  part: Partial<CheckResult> = {},
): CheckResult {
  return {
    brand: 'northbell',
    day: DAY,
    cv: 'c1',
    tests: [
      aTest({ series: incident.series }),
      aTest({
        series: incident.series,
        window: 1,
        from: DAY,
        observed: 12,
        expected: 3.1,
        mentions: 44,
        chance: 0.0001,
        fires: false,
      }),
      aTest({
        window: 7,
        from: addDays(DAY, -6),
        observed: 41,
        expected: 21.4,
        mentions: 308,
        chance: 0.002,
        fires: false,
      }),
      aTest({
        series: 'promise:first-contact',
        window: 7,
        observed: 5,
        expected: 4.6,
        fires: false,
      }),
      aTest({ series: 'promise:callback', window: 7, observed: 2, expected: 2.3, fires: false }),
    ],
    events: [{ kind: 'opened', number: incident.number, day: DAY }],
    incidents: [incident],
    coverage: northbell.sources.map(({ id }) => ({
      source: id,
      state: 'read' as const,
      daysWithData: 63,
      expected: 90,
      seen: 92,
    })),
    learning: null,
    skipped: [],
    mentionsPerDay: 44,
    ...part,
  };
}

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

/** The opened mail of the bad week; change what the test is about. */
export function anInput(part: Partial<DigestInput> = {}): DigestInput {
  const incident = part.incident === undefined ? anIncident() : part.incident;
  return {
    brand: northbell,
    kind: 'opened',
    incident,
    check: aCheck(incident ?? anIncident()),
    rollups: rollups(),
    mentions,
    coverage: northbell.sources.map(({ id, name }) => ({
      source: id,
      name,
      lastReadAt: '2026-11-21T05:40:00Z',
      items: 50,
      failingSince: null,
      reason: null,
    })),
    timeZone: 'Europe/London',
    now: new Date('2026-11-21T06:00:00Z'),
    ...part,
  };
}

/** The same brand eight days after its bad week began: three good checks in a row. */
export function recoveredInput(): DigestInput {
  // The bad days end with the fourth; since then the counts are usual again.
  const late = [2, 3, 4, 3, 2, 5, 3, 1, 2, 4, 8, 11, 12, 9, 4, 3, 3, 2, 3, 2, 3];
  const since = addDays(DAY, -10);
  const opening = aTest({ from: since, to: addDays(since, 2) });
  const incident = anIncident({
    state: 'recovered',
    since,
    openedOn: addDays(since, 2),
    opening,
    lastMailed: opening,
    goodChecks: 3,
    recoveredOn: DAY,
  });
  return anInput({
    kind: 'recovered',
    incident,
    rollups: rollups((_, index) => (index >= 42 ? (late[index - 42] ?? 0) : (index % 5) + 1)),
    check: aCheck(incident, {
      events: [{ kind: 'recovered', number: 142, day: DAY }],
      tests: [
        aTest({ observed: 8, expected: 9.2, chance: 0.7, fires: false }),
        aTest({
          window: 1,
          from: DAY,
          observed: 3,
          expected: 3.1,
          mentions: 44,
          chance: 0.6,
          fires: false,
        }),
        aTest({
          window: 7,
          from: addDays(DAY, -6),
          observed: 20,
          expected: 21.4,
          chance: 0.6,
          fires: false,
        }),
      ],
    }),
  });
}
