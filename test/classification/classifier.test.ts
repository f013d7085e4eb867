import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Classification } from '../../src/classification/classification.ts';
import { createClassifier } from '../../src/classification/classifier.ts';
import { compileRegister } from '../../src/classification/promises.ts';
import { assets, classifier, classify, input, NORTHBELL, outcomes } from './assets.ts';

const RATING = { value: 5, raw: '5', scale: 5 };

describe('sentences that fool others', () => {
  it.each([
    ['on hold 40 minutes, nobody picked up', 'negative'],
    ['I was never on hold', 'positive'],
    ['arrived a day earlier than promised', 'positive'],
    ['sorted in two minutes', 'positive'],
    ['Service was not good', 'negative'],
    ['Third time I called about the same fault', 'negative'],
    ['Three mails, no reply', 'negative'],
  ])('"%s" is %s', (text, label) => {
    expect(classify(text, NORTHBELL, { kind: 'social' }).sentiment.label).toBe(label);
  });

  it.each([
    ['on hold 40 minutes, nobody picked up', { 'answer-60s': 'broken' }],
    ['I was never on hold', { 'answer-60s': 'kept' }],
    ['The parcel arrived a day earlier than promised', { 'next-day': 'exceeded' }],
    ['No hidden fees, none at all.', { 'no-hidden-fees': 'kept' }],
    ['Got charged a hidden fee again!', { 'no-hidden-fees': 'broken' }],
    ['They answered within 40 seconds.', { 'answer-60s': 'kept' }],
    ['They answered after 40 minutes.', { 'answer-60s': 'broken' }],
    ['They picked up after 8 minutes and sorted it.', { 'answer-60s': 'broken' }],
    ['The agent was very friendly.', { kind: 'kept' }],
  ])('"%s" concludes %j', (text, expected) => {
    expect(outcomes(classify(text, NORTHBELL))).toMatchObject(expected);
  });
});

describe('a promise about something no cue knows', () => {
  const register = [{ id: 'save', text: 'Save 20% on every order' }];

  it.each([
    ['Save 20% on every order is what they say, and it is true.', 'kept'],
    ['You save 20% on every order, exactly as advertised.', 'kept'],
    ['The 20% I was to save on every order was better than promised.', 'exceeded'],
    ['Save 20% on every order: a lie.', 'broken'],
    ['They promise to save me 20% on every order: not true.', 'broken'],
  ])('is judged by what is said outright: "%s" is %s', (text, outcome) => {
    const [verdict] = classify(text, register).verdicts;
    expect(verdict?.outcome).toBe(outcome);
    expect(verdict?.reasons[0]).toMatch(/^outright: /);
  });

  it('is kept where that is said, whatever its words sound like', () => {
    const text =
      'They said they would refund me if the dog did not like it, and they kept their word.';
    const found = classify(text, [
      { id: 'picky', text: "Your dog won't like it? Your money back" },
    ]);
    expect(outcomes(found)).toEqual({ picky: 'kept' });
  });

  it('is not judged by a remark about something else', () => {
    const text = 'I asked about 20% on every order. The opening hours were just as promised.';
    const reasons = classify(text, register).verdicts.flatMap((verdict) => verdict.reasons);
    expect(reasons.join(' ')).not.toContain('outright');
  });
});

describe('a verdict', () => {
  const promises = [
    { id: 'holes', text: 'Potholes filled within 7 days of your report' },
    { id: 'refund', text: 'Refunds within 5 days' },
  ];

  it('compares a time beside a word that only its promise has, whatever else the sentence is about', () => {
    const text = 'The app crashed and it took 19 days to fill one pothole.';
    const [verdict] = classify(text, promises).verdicts;
    expect(verdict).toMatchObject({ promise: 'holes', outcome: 'broken' });
    expect(verdict?.reasons[0]).toBe('numeric: "19 days" against 604800 s');
  });

  it('is sure where explicit words decide', () => {
    const text = 'The 20% I was to save on every order was better than promised.';
    const [verdict] = classify(text, [{ id: 'save', text: 'Save 20% on every order' }]).verdicts;
    expect(verdict).toMatchObject({ outcome: 'exceeded', confidence: 0.8 });
  });

  it('takes a time that is later than nothing for how long it took', () => {
    const outcomeOf = (text: string) => classify(text, promises).verdicts.map((v) => v.outcome);
    expect(outcomeOf('The refund hit my account two days later.')).toEqual(['exceeded']);
    expect(outcomeOf('The refund came two days later than promised.')).toEqual(['broken']);
    expect(outcomeOf('The refund came three weeks later.')).toEqual(['broken']);
    expect(outcomeOf('The refund was due on Monday, it came two days later.')).not.toContain(
      'exceeded',
    );
    expect(outcomeOf('A refund was promised. Three days later, nothing.')).not.toContain('kept');
    expect(outcomeOf('Three days later I still had no refund.')).toEqual(['broken']);
  });

  it.each([
    ['Got my money back within 48 hours.', []],
    ["They matched the competitor's price without fuss.", ['kept']],
    ['It was a waste of money.', ['broken']],
  ])('hears of prices where money is no refund: %s', (text, outcomes) => {
    const low = [{ id: 'low', text: 'The lowest prices, guaranteed' }];
    expect(classify(text, low).verdicts.map(({ outcome }) => outcome)).toEqual(outcomes);
  });

  it.each([
    ['Free returns', 'Returned it free of charge, label was in the box.', 'kept'],
    ['Free returns', 'Had to pay 6.95 to send it back.', 'broken'],
    ['Free returns', 'It costs nothing to send it back.', 'kept'],
    ['Spotless rooms', 'The towels were grey.', 'broken'],
    [
      'A callback within two hours',
      'They promised to ring back within two hours and they did.',
      'kept',
    ],
    [
      'A callback within two hours',
      'They said they would call back and they did nothing.',
      'broken',
    ],
    ['No hidden fees', 'The activation fee was waived, nice touch.', 'kept'],
    ['No hidden fees', 'Was told no fees, got charged fees.', 'broken'],
  ])('judges "%s" by "%s" as %s', (promise, text, outcome) => {
    expect(classify(text, [{ id: 'one', text: promise }]).verdicts).toMatchObject([{ outcome }]);
  });

  it('quotes what happened, not what had been promised in the sentence before', () => {
    const told = 'It is three weeks now and nothing came.';
    const text = `They promised a refund within five days. ${told}`;
    expect(classify(text, promises).verdicts).toMatchObject([
      { promise: 'refund', outcome: 'broken', quote: told },
    ]);
  });
});

describe('the sentiment', () => {
  it('is praise where promises were kept, without a word of praise', () => {
    const found = classify('Picked up on the second ring.', NORTHBELL);
    expect(found.sentiment.label).toBe('positive');
    expect(found.sentiment.reasons).toContain('promises kept +1');
  });

  it('is mixed where one promise was kept and another broken', () => {
    const text = 'On hold for 40 minutes. No hidden fees, none at all.';
    expect(classify(text, NORTHBELL).sentiment.label).toBe('mixed');
  });
});

describe('a quote', () => {
  const quotesOf = (text: string) => classify(text, NORTHBELL).verdicts.map(({ quote }) => quote);

  it.each([
    'Their advert says no hidden fees. There was a 12 euro handling fee.',
    'They promise an answer within 60 seconds. Nobody answered me at all.',
    '"No hidden fees", says the site. A 12 euro handling fee was on my bill.',
  ])('holds with a claim of the brand what came of it: %s', (text) => {
    expect(quotesOf(`${text} My sister has another provider.`)).toEqual([text]);
  });

  it('ends with the claim where it was kept, or the same words say that it was not', () => {
    expect(quotesOf('They say no hidden fees and it is true. My sister likes it, too.')).toEqual([
      'They say no hidden fees and it is true.',
    ]);
    const told = 'They promise an answer within 60 seconds and it took 40 minutes.';
    expect(quotesOf(`${told} My sister has another provider.`)).toEqual([told]);
  });

  it('does not end with the word that leads on', () => {
    const told = 'This morning I waited 11 minutes in the phone queue';
    const [quote] = quotesOf(`${told} and then the call was cut off.`);
    expect(quote).toBe(told);
  });

  it('keeps the last word of a sentence, whatever it is', () => {
    const told = 'Nobody has answered the phone since then';
    expect(quotesOf(told)).toEqual([told]);
  });

  it('keeps the mark that opens a quotation, also before a sign', () => {
    const told = '"£30 hidden fee" was on my bill at the checkout.';
    expect(quotesOf(`Look at this. ${told}`)[0]).toMatch(/^(?:Look at this. )?"£30/);
  });

  it('ends inside the text, also where that ends in an emoticon', () => {
    const text = 'There were no hidden fees at all :)';
    const { verdicts, dimensions } = classify(text, NORTHBELL);
    expect([...verdicts, ...dimensions].length).toBeGreaterThan(1);
    for (const { end } of [...verdicts, ...dimensions]) expect(end).toBeLessThanOrEqual(35);
  });

  it('does not begin with the mark that closes a quotation', () => {
    expect(quotesOf('My sister likes "Mint." They overcharged us, hidden fees.')[0]).not.toMatch(
      /^"/,
    );
    const text = 'My sister likes the colour "Mint." They charged me a hidden fee of 12 euro.';
    expect(quotesOf(text)).toEqual(['They charged me a hidden fee of 12 euro.']);
  });

  it('of a few words is shown with its sentence', () => {
    const text = 'I was never on hold, however they charged me a hidden fee in the end.';
    const { verdicts } = classify(text, NORTHBELL);
    expect(verdicts.length).toBeGreaterThan(0);
    for (const { quote } of verdicts) expect(quote.split(' ').length).toBeGreaterThan(4);
  });
});

describe('a classification', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc
      .array(
        fc.constantFrom(
          'I was on hold for 40 minutes',
          'but the agent was lovely',
          'no hidden fees',
          '“we answer within 60 seconds”',
          'they charged me twice!',
          'arrived a day early 🎉',
          'If they answer,',
          'Why is nobody there?',
          'UNLIKE my old bank',
        ),
        { maxLength: 8 },
      )
      .map((parts) => parts.join(' ')),
  );

  it('quotes literal substrings of any text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        if (text === '') return;
        const { verdicts, dimensions, signals } = classify(text, NORTHBELL);
        for (const { quote, start, end } of [...verdicts, ...dimensions, ...signals]) {
          expect(text.slice(start, end)).toBe(quote);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(quote).not.toBe('');
        }
      }),
    );
  });

  it('is the same for the same input', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(classify(text, NORTHBELL)).toEqual(classify(text, NORTHBELL));
      }),
      { numRuns: 30 },
    );
  });

  it('fits its schema', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(Classification.safeParse(classify(text, NORTHBELL)).success).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('does not let an unrelated clause change the verdict of another promise', () => {
    const unrelated = fc.constantFrom(
      'The weather was grey.',
      'My cousin lives by the sea!',
      'Trains are red here.',
      'We had soup',
    );
    const related = fc.constantFrom(
      'I was on hold for 40 minutes.',
      'The line was answered within 20 seconds!',
      'There were no hidden fees.',
      'They charged me a hidden fee.',
      'My parcel arrived a day early.',
    );
    fc.assert(
      fc.property(related, unrelated, (one, other) => {
        const alone = outcomes(classify(one, NORTHBELL));
        expect(outcomes(classify(`${one} ${other}`, NORTHBELL))).toMatchObject(alone);
      }),
    );
  });

  it('judges by the promises valid on the day', () => {
    const promises = [
      { id: 'old', text: 'We answer within 60 seconds', until: '2026-01-31' },
      { id: 'new', text: 'We answer within 3 hours', from: '2026-02-01', version: 2 },
    ];
    const text = 'They answered my call after 40 minutes.';
    const on = (day: string) => outcomes(classify(text, promises, { day }));
    expect(on('2026-01-15')).toEqual({ old: 'broken' });
    expect(Object.keys(on('2026-02-15'))).toEqual(['new']);
    expect(on('2026-02-15')).not.toEqual({ new: 'broken' });
  });

  it('marks a rating that disagrees with the text and does not follow it', () => {
    const found = classify('Terrible. Rude staff and it never arrived.', [], { rating: RATING });
    expect(found.flags).toEqual(['rating-disagrees']);
    expect(found.sentiment.label).toBe('negative');
  });

  it('reads the title as evidence, but quotes from the text', () => {
    const found = classify('It is what it is.', [], { title: 'Absolutely awful' });
    expect(found.sentiment.label).toBe('negative');
  });

  it('takes the words of an operator for a hint, and leaves out what they exclude', () => {
    const promise = { id: 'kiosk', text: 'Our kiosk is open', keywords: ['the blue hut'] };
    const text = 'Lovely people at the blue hut.';
    expect(classify(text, [promise]).verdicts).toHaveLength(1);
    expect(classify(text, [{ ...promise, antiKeywords: ['lovely people'] }]).verdicts).toEqual([]);
  });
});

describe('a rating without words', () => {
  it.each([
    [1, 'negative'],
    [2, 'negative'],
    [3, 'neutral'],
    [4, 'positive'],
    [5, 'positive'],
  ])('of %i stars decides alone, and says nothing of promises', (value, label) => {
    const rating = { value, raw: String(value), scale: 5 };
    for (const text of ['', '…', '+++'])
      expect(classify(text, [], { lang: 'fr', rating })).toMatchObject({
        sentiment: { label, reasons: [`rating ${value} of 5`] },
        verdicts: [],
        dimensions: [],
        flags: ['rating-only'],
      });
  });

  it('is unclassified where there is no rating either', () => {
    expect(classify('…').sentiment).toMatchObject({ label: 'unclassified', reason: 'no words' });
  });
});

describe('what it cannot read', () => {
  it('is unsupported, never neutral, in another language', () => {
    const found = classify('Sehr schlechter Service 😡', [], { lang: 'de', rating: RATING });
    expect(found.sentiment).toMatchObject({ label: 'unsupported', reason: 'no model for de' });
    expect(found.sentiment.reasons).toEqual(['rating 5 of 5', 'emoji negative']);
    expect(found.flags).toEqual(['rating-only']);
    expect(found.lang).toBe('de');
  });

  it('asks the detector only where nothing else tells the language', () => {
    const german = createClassifier(assets, () => 'de');
    const register = compileRegister([]);
    const label = (text: string, lang: string | null) =>
      german.classify(input(text, { lang }), register).sentiment.label;
    expect(label('Der Kundendienst antwortet leider nie', null)).toBe('unsupported');
    expect(label('The service was good and we will be back', null)).toBe('positive');
    expect(label('Super!', null)).toBe('positive');
    expect(label('Der Kundendienst antwortet leider nie', 'en')).not.toBe('unsupported');
  });

  it('is unclassified with a reason where there are no words', () => {
    expect(classify('… 12 — !!').sentiment).toMatchObject({
      label: 'unclassified',
      reason: 'no words',
    });
  });
});

describe('the classifier version', () => {
  const version = (...promises: Parameters<typeof compileRegister>) =>
    classifier.version(compileRegister(...promises));

  it('is short', () => {
    expect(version(NORTHBELL).length).toBeLessThanOrEqual(40);
  });

  it('changes with the promises and with the assets, not with an owner or playbook', () => {
    const promise = { id: 'a', text: 'No hidden fees' };
    expect(version([promise])).toBe(version([{ ...promise, owner: 'Billing' }]));
    expect(version([promise])).not.toBe(version([{ ...promise, text: 'No fees' }]));
    const other = createClassifier({ ...assets, hash: 'other' });
    expect(other.version(compileRegister([promise]))).not.toBe(version([promise]));
  });
});
