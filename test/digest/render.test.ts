import { describe, expect, it } from 'vitest';
import { composeDigest, type DigestInput } from '../../src/digest/compose.ts';
import { DigestModel } from '../../src/digest/digest.ts';
import { renderDigest } from '../../src/digest/render.ts';
import { everyKind } from './kinds.ts';
import { anInput, recoveredInput } from './northbell.ts';

const mail = (input: DigestInput) => renderDigest(composeDigest(input), input.mentions);

describe('the text part', () => {
  it('tells of an opened incident', () => {
    expect(mail(anInput()).text).toMatchInlineSnapshot(`
      "Northbell  18–20 Nov 2026  [SLIPPING]

      “We answer within 60 seconds” is slipping

      From Wednesday 18 to Friday 20 November, 31 mentions say that this
      promise was broken; 9.2 would be usual among 132 mentions. They come
      from 31 different people in 3 sources, so this is not one loud customer.
      Odds of so many by luck alone: 1 in 10,000 or rarer.

      Owner: Contact-centre operations

      31 mentions say it was broken in 3 days
      9.2 usual for 3 days
      3.3× the usual level

      31 Oct ▂▃▃▃▂▄▃▂▂▃▃▅▂▃▂▂▃▃▆▇█ 20 Nov
      (usual 2.9 a day · alarm at 12 in one day)

      IN THEIR WORDS
      > “My mother is 81 and was left on hold for 25 minutes about her
      > heating. Not good enough.”
        Opinionwell, Fri 20 Nov, rated 1 of 5
        https://reviews.example/m/8

      > “My patience is shorter than their queue: seventeen minutes and
      > counting.”
        Starboard, Thu 19 Nov, rated 2 of 5
        https://stars.example/m/19

      > “They used to be so quick. Tuesday was fine, since Wednesday it is a
      > queue of eight or nine callers whenever I try.”
        Talkyard, Fri 20 Nov
        https://forum.example/m/6

      In the same 3 days, 6 mentions say this promise was kept (usual: 6).

      All 31 mentions, with links: attached file NB-0142-2026-11-20.csv

      WHAT IT IS ABOUT
         31  Waiting and being reached
          2  Effort it takes

      ALSO NAMED
          3  Had to come back

      WHERE IT WAS SAID
         15  Opinionwell
          8  Talkyard
          8  Starboard

      FIRST CHECKS
      1. Did answer times, staffing or the phone menu change on the first day?
      2. Which public reviews have no reply yet? They are in the attached
         file.
      Your playbook:
      https://wiki.northbell.example/playbooks/answer-times

      ALL PROMISES, LAST 7 DAYS
      We answer within 60 seconds
        41 broken (usual 20), in incident  ▂▂▃▃▅▂▃▂▂▃▃▆▇█
      Solved at the first contact
        5 broken (usual 5.2), steady  ▁███▁███▁███▁█
      A callback within two hours
        2 broken (usual 2.4), too few  ▁▁█▁▁█▁▁█▁▁█▁▁
      A named person, never a script
        0 broken (usual 0.1), too few  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁
      “Too few” means that fewer than 10 mentions in 28 days speak of the
      promise: too few to call it steady.

      WHY YOU GOT THIS
      Counted: 31 of 132 mentions in 3 days. Usual: 9.2, from each source’s
      own share on the 56 days before.
      Odds of so many by luck alone: 1 in 10,000 or rarer. The limit is set to
      normal: 1 in 1,000 a day for everything about Northbell together. Such
      counts vary 1.4 times as much as pure luck would make them; the odds
      allow for it.
      Also required, and met: at least 5; at least 1.5 times the usual, or 10
      in 100 mentions more than usual; and over 17, the most these weekdays
      usually bring.
      Copies count once a day, one author at most three times a day.

      WHAT WAS READ
      All 3 sources were read, none longer ago than Sat 21 Nov, 05:40.
      132 mentions counted. Left out: 1 that we could not judge (under 1 %), 2
      in a language we do not know (1 %). 1 copy or repeat not counted.
      Analysts: promisewatch incidents show NB-0142

      You will hear from us again in this thread if it gets worse, once a week
      while it lasts, and when it is back to normal. Is something here wrong?
      Just reply.

      --
      You are on the Northbell list of promisewatch. To change what you get,
      or to stop it, reply and say so.
      "
    `);
  });

  it('tells that all is back to normal', () => {
    expect(mail(recoveredInput()).text).toMatchInlineSnapshot(`
      "Northbell  10–20 Nov 2026  [BACK TO NORMAL]

      “We answer within 60 seconds” is back to normal

      Mentions that say the promise was broken have been near their usual
      count on three checks in a row: 8 in the last 3 days, 9.2 usual. The dip
      lasted 4 days, from Tuesday 10 to Friday 13 November, and drew 40 in
      all, where 11 would have been usual. The worst day was Thursday 12
      November with 12.

      Owner: Contact-centre operations

      8 mentions say it was broken in 3 days
      9.2 usual for 3 days
      it lasted 4 days

      31 Oct ▂▃▃▃▂▄▃▂▂▃▆▇█▆▃▃▃▂▃▂▃ 20 Nov
      (usual 2.8 a day · alarm at 12 in one day)

      IN THEIR WORDS
      > “Credit where due: rang this morning and someone answered in under a
      > minute. The menu is gone too.”
        Starboard, Fri 20 Nov, rated 5 of 5
        https://stars.example/m/101

      In the same 3 days, 6 mentions say this promise was kept (usual: 5.9).

      All 31 mentions since 10 Nov, with links: attached file
      NB-0142-2026-11-20.csv

      ALL PROMISES, LAST 7 DAYS
      We answer within 60 seconds
        20 broken (usual 20), steady  ▂▂▃▆▇█▆▃▃▃▂▃▂▃
      Solved at the first contact
        5 broken (usual 5.2), steady  ▁███▁███▁███▁█
      A callback within two hours
        2 broken (usual 2.4), too few  ▁▁█▁▁█▁▁█▁▁█▁▁
      A named person, never a script
        0 broken (usual 0.1), too few  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁
      “Too few” means that fewer than 10 mentions in 28 days speak of the
      promise: too few to call it steady.

      WHY YOU GOT THIS
      Counted, 10–12 Nov 2026: 31 of 132 mentions in 3 days. Usual: 9.2, from
      each source’s own share on the 56 days before.
      Odds of so many by luck alone: 1 in 10,000 or rarer. The limit is set to
      normal: 1 in 1,000 a day for everything about Northbell together. Such
      counts vary 1.4 times as much as pure luck would make them; the odds
      allow for it.
      Also required, and met: at least 5; at least 1.5 times the usual, or 10
      in 100 mentions more than usual; and over 17, the most these weekdays
      usually bring.
      Copies count once a day, one author at most three times a day.
      Back to normal means: on three daily checks in a row, the count of 3
      days was at most 1.25 times the usual, or at most one more.

      WHAT WAS READ
      All 3 sources were read, none longer ago than Sat 21 Nov, 05:40.
      484 mentions counted. Left out: 6 that we could not judge (1 %), 5 in a
      language we do not know (1 %). 3 copies and repeats not counted.
      Analysts: promisewatch incidents show NB-0142

      If it starts again within 7 days, this incident reopens in this thread.
      After that it is closed. Is something here wrong? Just reply.

      --
      You are on the Northbell list of promisewatch. To change what you get,
      or to stop it, reply and say so.
      "
    `);
  });
});

describe.each(Object.entries(everyKind))('%s', (_name, make) => {
  const input = make();
  const model = composeDigest(input);
  const rendered = renderDigest(model, input.mentions, { unsubscribe: 'ses', postal: null });

  it('is the same to the byte from the same input in any order', () => {
    const turned = composeDigest({
      ...input,
      mentions: input.mentions.toReversed(),
      rollups: input.rollups.toReversed(),
      coverage: input.coverage.toReversed(),
      check: { ...input.check, tests: input.check.tests.toReversed() },
    });
    expect(JSON.stringify(turned)).toBe(JSON.stringify(model));
    expect(
      renderDigest(turned, input.mentions.toReversed(), { unsubscribe: 'ses', postal: null }),
    ).toEqual(rendered);
  });

  it('survives the table: the model as JSON renders the same mail', () => {
    const stored = DigestModel.parse(JSON.parse(JSON.stringify(model)));
    expect(renderDigest(stored, input.mentions, { unsubscribe: 'ses', postal: null })).toEqual(
      rendered,
    );
  });

  it('keeps to its sizes', () => {
    expect(Buffer.byteLength(rendered.html)).toBeLessThanOrEqual(60_000);
    expect(Buffer.byteLength(rendered.text)).toBeLessThanOrEqual(6_000);
    expect(rendered.subject.length).toBeLessThanOrEqual(66);
    expect(rendered.preheader.length).toBeGreaterThanOrEqual(40);
    expect(rendered.preheader.length).toBeLessThanOrEqual(110);
    expect(Math.max(...rendered.html.split('\n').map((line) => line.length))).toBeLessThan(998);
  });

  it('fetches nothing and runs nothing', () => {
    expect(rendered.html).not.toMatch(/<(img|svg|script|link|iframe|object|video|form|input)\b/i);
    expect(rendered.html).not.toMatch(/\b(src|background|on\w+)\s*=/i);
    expect(rendered.html).not.toMatch(/url\(|@import|@font-face/i);
    // The unsubscribe placeholder: once in each part, as SES replaces no more.
    expect(rendered.html.split('{{amazonSESUnsubscribeUrl}}')).toHaveLength(2);
    expect(rendered.text.split('{{amazonSESUnsubscribeUrl}}')).toHaveLength(2);
  });

  it('has every link of the HTML part in the text part too', () => {
    const links = [...rendered.html.matchAll(/href="(https:[^"]+)"/g)].map(([, url]) => url ?? '');
    for (const link of links) expect(rendered.text).toContain(link.replaceAll('&#38;', '&'));
    expect(new Set(rendered.html.match(/href="(?!https:|\{\{)/g) ?? [])).toEqual(new Set());
  });

  it('quotes literally', () => {
    const quotes = [...model.incidents.flatMap((incident) => incident.quotes), ...model.quotes];
    expect(model.evidence.total + quotes.length).toBeGreaterThan(0);
    for (const { mention, before, marked, after } of quotes) {
      const text = input.mentions.find(({ id }) => id === mention)?.text;
      expect(text).toContain(before + marked + after);
      expect((before + marked + after).length).toBeLessThanOrEqual(240);
    }
  });

  it('always says what was read and what could not be judged', () => {
    for (const part of [rendered.text, rendered.html]) {
      expect(part.replaceAll(/\s+/g, ' ')).toMatch(/sources? (was|were) read/);
      expect(part.replaceAll(/\s+/g, ' ')).toMatch(/Left out: \d+ that we could not judge/);
    }
  });
});

describe('a digest', () => {
  it('is frozen when made', () => {
    const model = composeDigest(anInput());
    expect(Object.isFrozen(model.incidents[0]?.quotes[0])).toBe(true);
  });

  it('says the state first where the subject never changes', () => {
    const opened = mail(anInput());
    const recovered = mail(recoveredInput());
    expect(recovered.subject).toBe(opened.subject);
    expect(opened.preheader).toMatch(/^Slipping: 31 in 3 days, 9.2 usual \(3.3×\)/);
    expect(recovered.preheader).toMatch(/^Back to normal: 8 in 3 days/);
  });

  it.each([
    ['worse', /^Northbell: negative mentions on Opinionwell keep growing$/m],
    ['reopened', /^Northbell: more negative mentions again$/m],
    ['still', /^“We answer within 60 seconds” is still slipping$/m],
    ['combined', /“We answer within 60 seconds” is slipping, and 3 more incidents/],
    ['weekly-pulse', /^A quiet week for Northbell$/m],
    ['every-negative', /^Northbell: 15 negative mentions on Friday 20 November$/m],
  ])('of kind %s has its headline', (kind, headline) => {
    const input = everyKind[kind]?.() ?? anInput();
    expect(mail(input).text).toMatch(headline);
  });

  it('never calls a week quiet without saying that a source could not be read', () => {
    const input = everyKind['weekly-pulse']?.() ?? anInput();
    const [first, ...others] = input.coverage;
    const blind = {
      ...input,
      coverage: [
        {
          ...(first ?? { source: '', name: '', items: 0 }),
          lastReadAt: null,
          failingSince: '2026-11-18T04:00:00Z',
          reason: 'HTTP 503',
        },
        ...others,
      ],
    };
    const { text } = mail(blind);
    expect(text).toContain('A quiet week for Northbell, as far as we could read');
    expect(text.replaceAll('\n', ' ')).toContain(
      'Opinionwell cannot be read since Wed 18 Nov, 04:00: HTTP 503. What is said there is not in these numbers.',
    );
  });

  it('prints no odds beyond 1 in 10,000', () => {
    const { text } = mail(anInput());
    expect(text).toContain('1 in 10,000 or rarer');
    expect(text).not.toMatch(/1 in \d{2,3},\d{3},/);
  });

  it('refuses an incident kind without an incident', () => {
    expect(() => composeDigest(anInput({ incident: null }))).toThrow('needs its incident');
  });
});
