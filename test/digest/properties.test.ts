import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Brand } from '../../src/brands/brand.ts';
import type { ClassifiedMention } from '../../src/classification/classified-mention.ts';
import { clean } from '../../src/digest/clean.ts';
import { composeDigest, type DigestInput } from '../../src/digest/compose.ts';
import { cell } from '../../src/digest/csv.ts';
import { DigestModel } from '../../src/digest/digest.ts';
import { EXCERPT_LENGTH, excerpt } from '../../src/digest/excerpt.ts';
import { html } from '../../src/digest/html.ts';
import { printQuote } from '../../src/digest/quote-words.ts';
import { renderDigest } from '../../src/digest/render.ts';
import { wrap } from '../../src/digest/render-text.ts';
import { addDays } from '../../src/mentions/day.ts';
import { anInput } from './northbell.ts';
import { DAY, northbell } from './northbell-brand.ts';
import { aCheck, anIncident, aTest, counts, rollups } from './northbell-check.ts';
import { aMention } from './northbell-mentions.ts';

const anyText = fc.string({ unit: 'binary', minLength: 1, maxLength: 1200 });

/** Mentions with any text, any of its spans as quote, any source, author and address. */
const anyMention: fc.Arbitrary<ClassifiedMention> = fc
  .record({
    text: anyText,
    from: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.double({ min: 0, max: 1, noNaN: true }),
    id: fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
    source: fc.constantFrom('reviews', 'forum', 'stars'),
    daysAgo: fc.integer({ min: 0, max: 4 }),
    author: fc.option(fc.integer({ min: 0, max: 9 })),
    url: fc.option(fc.webUrl({ validSchemes: ['http', 'https'] })),
    outcome: fc.constantFrom(
      'broken' as const,
      'kept' as const,
      'exceeded' as const,
      'unclear' as const,
    ),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    label: fc.constantFrom(
      'negative' as const,
      'positive' as const,
      'mixed' as const,
      'unclassified' as const,
    ),
  })
  .map(({ text, from, length, ...part }) => {
    const start = Math.floor(from * (text.length - 1));
    const end = Math.max(start + 1, start + Math.floor(length * (text.length - start)));
    const span = { quote: text.slice(start, end), start, end };
    const base = aMention();
    return {
      ...base,
      id: part.id.toString(16).padStart(32, '0'),
      text,
      source: part.source,
      bucketDay: addDays(DAY, -part.daysAgo),
      url: part.url,
      authorHash: part.author === null ? null : String(part.author).padEnd(32, '0'),
      classification: {
        ...base.classification,
        sentiment: { label: part.label, reasons: [] },
        verdicts: [
          {
            promise: 'answer-60s',
            promiseVersion: 1,
            outcome: part.outcome,
            confidence: part.confidence,
            ...span,
            reasons: [],
          },
        ],
        dimensions: [{ dimension: 'ease' as const, ...span }],
      },
    };
  });

const anyInput: fc.Arbitrary<DigestInput> = fc
  .record({
    mentions: fc.uniqueArray(anyMention, { maxLength: 25, selector: ({ id }) => id }),
    series: fc.constantFrom('promise:answer-60s', 'brand', 'source:forum', 'pair:answer-60s@stars'),
    kind: fc.constantFrom(
      'opened' as const,
      'worse' as const,
      'still' as const,
      'recovered' as const,
    ),
  })
  .map(({ mentions, series, kind }) => {
    const incident = anIncident({ series, lastMailed: aTest({ series }) });
    return anInput({ kind, incident, mentions, check: aCheck(incident) });
  });

const runs = { numRuns: 60 };

describe('for any mentions, series and kind', () => {
  it('every quote is a literal piece of its mention, and the mail prints it', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const model = composeDigest(input);
        const page = renderDigest(model, input.mentions).html;
        for (const quote of model.incidents.flatMap(({ quotes }) => quotes)) {
          const text = input.mentions.find(({ id }) => id === quote.mention)?.text ?? '';
          const said = quote.before + quote.marked + quote.after;
          expect(text.includes(said)).toBe(true);
          expect(said.length).toBeLessThanOrEqual(EXCERPT_LENGTH);
          const { before, marked, after } = printQuote(quote);
          for (const part of [before, marked, after]) {
            expect(page.includes(html`${part}`.markup)).toBe(true);
          }
        }
      }),
      runs,
    );
  });

  it('no two quotes share an author, and the order of mentions does not matter', () => {
    fc.assert(
      fc.property(anyInput, fc.integer({ min: 1, max: 20 }), (input, turn) => {
        const model = composeDigest(input);
        const turned = [...input.mentions.slice(turn), ...input.mentions.slice(0, turn)];
        expect(composeDigest({ ...input, mentions: turned })).toEqual(model);
        const authors = model.incidents
          .flatMap(({ quotes }) => quotes)
          .flatMap(
            ({ mention }) => input.mentions.find(({ id }) => id === mention)?.authorHash ?? [],
          );
        expect(new Set(authors).size).toBe(authors.length);
      }),
      runs,
    );
  });

  it('the stored model renders the same bytes, within the sizes', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const model = composeDigest(input);
        const first = renderDigest(model, input.mentions);
        const stored = DigestModel.parse(JSON.parse(JSON.stringify(model)));
        expect(renderDigest(stored, input.mentions)).toEqual(first);
        expect(Buffer.byteLength(first.html)).toBeLessThanOrEqual(60_000);
        expect(first.html.isWellFormed() && first.text.isWellFormed()).toBe(true);
      }),
      runs,
    );
  });
});

describe('for any text', () => {
  it('the excerpt is literal, short, and keeps its mark', () => {
    fc.assert(
      fc.property(anyText, fc.nat(1200), fc.nat(300), (text, start, length) => {
        const cut = excerpt(text, start, start + length);
        expect(text.includes(cut.before + cut.marked + cut.after)).toBe(true);
        expect((cut.before + cut.marked + cut.after).length).toBeLessThanOrEqual(EXCERPT_LENGTH);
        const wanted = text.slice(start, start + length);
        if (wanted.length <= EXCERPT_LENGTH) expect(cut.marked).toBe(wanted);
      }),
      { numRuns: 500 },
    );
  });

  it('nothing escapes from a value into the tags around it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { markup } = html`<p title="${text}">${text}</p>`;
        expect(markup.match(/[<>"]/g)?.join('')).toBe('<"">' + '<>');
        expect(markup).not.toContain('{{');
      }),
      { numRuns: 500 },
    );
  });

  it('cleaning twice is cleaning once', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = clean(text);
        expect(clean(once)).toBe(once);
        expect(once).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }),
      { numRuns: 500 },
    );
  });

  it('a cell of the file is one quoted cell that starts no formula', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const written = cell(text);
        expect(written).toMatch(/^"(?:[^"]|"")*"$/u);
        expect(written).not.toMatch(/^"[\s\p{Cf}]*[=+\-@]/u);
      }),
      { numRuns: 500 },
    );
  });

  it('wrapping loses nothing but spaces', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,30}$/), { minLength: 1, maxLength: 60 }),
        (words) => {
          const wrapped = wrap(words.join(' '));
          expect(wrapped.split(/\s+/)).toEqual(words);
          for (const line of wrapped.split('\n')) expect(line.length).toBeLessThanOrEqual(72);
        },
      ),
    );
  });
});

describe('the largest brand: 40 promises, long words everywhere', () => {
  const long = (start: string, length: number) =>
    `${start} ${'very '.repeat(60)}`.slice(0, length - 1).trimEnd();
  const promises = Array.from({ length: 40 }, (_, index) => ({
    id: index === 0 ? 'answer-60s' : `promise-${index}`,
    text: long(`Promise number ${index} that we keep`, 200),
    owner: long('Owner of it', 100),
    playbook: {
      url: 'https://wiki.example/playbook',
      checks: [1, 2, 3].map((at) => long(`Check number ${at} of it`, 300)),
    },
  }));
  const sources = Array.from({ length: 197 }, (_, index) => ({
    id: `source-${index}`,
    name: long(`Source ${index}`, 60),
    url: 'https://feeds.example/',
    kind: 'review',
  }));
  const brand = Brand.parse({
    ...northbell,
    name: long('Northbell', 60),
    promises,
    sources: [...northbell.sources, ...sources],
  });
  const texts = Array.from({ length: 60 }, (_, index) =>
    aMention({
      id: String(index).padStart(32, '0'),
      text: long(`Complaint ${index} of ${'abcdefgh'[index % 8]}${index} about`, 300).replaceAll(
        'very',
        `word${index}`,
      ),
      source: northbell.sources[index % 3]?.id ?? 'reviews',
      url: `https://reviews.example/${'path'.repeat(100)}/${index}`,
      classification: {
        ...aMention().classification,
        verdicts: [
          {
            promise: 'answer-60s',
            promiseVersion: 1,
            outcome: 'broken',
            confidence: 0.9,
            quote: 'Complaint',
            start: 0,
            end: 9,
            reasons: [],
          },
        ],
      },
    }),
  );
  const series = promises.slice(1).map(({ id }) => `promise:${id}`);
  const incident = anIncident({ alsoFired: series });
  const also = [143, 144, 145, 146].map((number) => ({
    incident: anIncident({ number, series: 'brand', opening: aTest({ series: 'brand' }) }),
    kind: 'opened' as const,
  }));
  const days = rollups().map((rollup) => ({
    ...rollup,
    sources: {
      ...rollup.sources,
      'source-1': counts({
        mentions: 30,
        neutral: 30,
        promises: Object.fromEntries(
          promises.map(({ id }) => [id, { exceeded: 0, kept: 1, broken: 1, unclear: 0 }]),
        ),
      }),
    },
  }));
  const coverage = brand.sources.map(({ id, name }) => ({
    source: id,
    name,
    lastReadAt: '2026-11-10T00:00:00Z',
    items: 1,
    failingSince: '2026-11-11T00:00:00Z',
    reason: long('The server says', 200),
  }));

  it.each(['opened', 'weekly-pulse', 'first-reading', 'every-negative'] as const)(
    'fits as %s mail',
    (kind) => {
      const input = anInput({
        brand,
        kind,
        incident: kind === 'opened' ? incident : null,
        also: kind === 'opened' ? also : [],
        mentions: texts,
        rollups: days,
        coverage,
        check: aCheck(incident),
      });
      const rendered = renderDigest(composeDigest(input), texts);
      expect(Buffer.byteLength(rendered.html)).toBeLessThanOrEqual(60_000);
      expect(rendered.subject.length).toBeLessThanOrEqual(66);
      expect(rendered.html).toContain('What was read');
      expect(rendered.html).toContain('Just reply');
    },
  );

  it('attaches at most 2,000 rows and says how many there are', () => {
    const many = Array.from({ length: 2100 }, (_, index) => ({
      ...(texts[index % 60] ?? aMention()),
      id: String(index).padStart(32, '0'),
    }));
    const model = composeDigest(anInput({ mentions: many }));
    const rendered = renderDigest(model, many);
    expect(rendered.attachments[0]?.content.split('\r\n')).toHaveLength(2002);
    expect(rendered.text.replaceAll('\n', ' ')).toContain(
      'The newest 2,000 of 2,100 mentions, with links',
    );
    expect(Buffer.byteLength(JSON.stringify(model))).toBeLessThan(400_000);
  });
});
