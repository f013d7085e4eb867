import { describe, expect, it } from 'vitest';
import { compileRegister, type PromiseText } from '../../src/classification/promises.ts';
import { classifier } from './assets.ts';

function inspect(...promises: PromiseText[]) {
  return classifier.inspect(compileRegister(promises));
}

describe('a compiled promise', () => {
  it.each([
    ['We answer within 60 seconds', 'answer', 60],
    ['Delivered the next day', 'delivery', 86_400],
    ['Free delivery over £30, next working day', 'delivery', 86_400],
    ['A reply to every ticket within one hour', 'reply', 3600],
    ['Refunds within 5 working days', 'refund', 432_000],
    ['Engineer visits within 48 hours', 'visit', 172_800],
    ['Checked in within 5 minutes', 'queue', 300],
  ])('"%s" is about %s with a limit', (text, topic, limit) => {
    const [promise] = inspect({ id: 'a', text }).promises;
    expect([...(promise?.topics ?? [])]).toContain(topic);
    expect(promise?.limit).toBe(limit);
  });

  it.each([
    ['No hidden fees, ever', 'fees'],
    ["A quiet night's sleep, guaranteed", 'sleep'],
    ['Your data is never sold', 'privacy'],
    ['Cancel any time', 'cancel'],
    ['Save 20% on every order', 'value'],
    ['Complete pairs from $79, lenses included', 'value'],
    ['Spotless rooms, every time', 'clean'],
    ['You are a person, not a number', 'person'],
    ['The same answer on chat, phone and e-mail', 'channels'],
    ['An app that just works', 'app'],
  ])('"%s" is about %s without a limit', (text, topic) => {
    const [promise] = inspect({ id: 'a', text }).promises;
    expect([...(promise?.topics ?? [])]).toContain(topic);
    expect(promise?.limit).toBeNull();
  });

  it('takes a time granted to the customer for no limit', () => {
    expect(inspect({ id: 'a', text: '30-day money-back guarantee' }).promises[0]?.limit).toBeNull();
  });

  it.each([
    ['Get paid a day early', null],
    ['Free cancellation up to 24 hours before pick-up', null],
    ['30 days to change your mind', null],
    ['Every repair guaranteed for 12 months', null],
    ['15 minutes late? Money in your account within 5 working days', 432_000],
    ['Switch to us in 7 working days, guaranteed', 604_800],
    ['Missing items refunded within the hour', 3600],
    ['Delivered within the hour you chose', null],
    ['Open 7 days a week, no booking', null],
    ['30 hours of battery', null],
    ['Updates for ten years', null],
    ['Within 20 minutes of your call', 1200],
    ['Answered within 60 seconds, 24 hours a day', 60],
  ])('reads the limit of "%s" by the words beside the time', (text, limit) => {
    expect(inspect({ id: 'a', text }).promises[0]?.limit).toBe(limit);
  });

  it.each(['Your price is fixed for 12 months', 'Fresh food keeps at least 3 days'])(
    'takes the time of "%s" for no limit',
    (text) => {
      expect(inspect({ id: 'a', text }).promises[0]?.limit).toBeNull();
    },
  );

  it.each([
    ['Delicious food and drinks', 'aspect-food'],
    ['Attentive, friendly service', 'aspect-service'],
    ['Fair prices, good value', 'aspect-price'],
    ['A pleasant atmosphere', 'aspect-ambience'],
    ['Comfortable rooms', 'aspect-room'],
    ['Location', 'aspect-location'],
  ])('"%s" promises no more than that a part is good', (text, topic) => {
    const [promise] = inspect({ id: 'a', text }).promises;
    expect(promise?.isPlain).toBe(true);
    expect([...(promise?.topics ?? [])]).toContain(topic);
  });

  it.each([
    'Spotless rooms, every time',
    'Fresh food keeps at least 3 days',
    'Your price is fixed for 12 months',
    'Kind people who remember you',
  ])('"%s" promises more than a good part', (text) => {
    const [promise] = inspect({ id: 'a', text }).promises;
    expect(promise?.isPlain).toBe(false);
    expect([...(promise?.topics ?? [])].some((topic) => topic.startsWith('aspect-'))).toBe(false);
  });

  it('leaves a topic to the promise that is about nothing else', () => {
    const { promises } = inspect(
      { id: 'next-day', text: 'Delivered the next day' },
      { id: 'window', text: 'A delivery window of one hour, by text message' },
    );
    expect(promises.map(({ topics }) => [...topics])).toEqual([['delivery'], ['window']]);
  });

  it('follows the dimensions that the operator confirmed', () => {
    const [promise] = inspect({
      id: 'a',
      text: 'We are there for you',
      dimensions: ['price'],
    }).promises;
    expect(promise?.dimensions).toEqual(['price']);
  });
});

describe('findings', () => {
  it.each(['World-class service', 'Excellence in everything we do', 'Customer satisfaction first'])(
    'names "%s" as unjudgeable and says what to write instead',
    (text) => {
      const { promises, findings } = inspect({ id: 'vague', text });
      expect(promises).toEqual([]);
      expect(findings).toMatchObject([{ promise: 'vague', kind: 'unjudgeable' }]);
      expect(findings[0]?.suggestion).toContain('for example');
    },
  );

  it('accepts a vague promise that has keywords', () => {
    const { findings } = inspect({ id: 'v', text: 'World-class service', keywords: ['lounge'] });
    expect(findings).toEqual([]);
  });

  it('names two limits for one thing as a conflict, unless they hold at different times', () => {
    const one = { id: 'one', text: 'We answer within 60 seconds' };
    const other = { id: 'other', text: 'We answer within 5 minutes' };
    expect(inspect(one, other).findings).toMatchObject([{ promise: 'other', kind: 'conflict' }]);
    const apart = inspect({ ...one, until: '2026-01-31' }, { ...other, from: '2026-02-01' });
    expect(apart.findings).toEqual([]);
  });

  it('names several limits in one promise, of which only one could be compared', () => {
    const text = 'We answer in 30 seconds and refund you within 5 days';
    expect(inspect({ id: 'both', text }).findings).toMatchObject([
      { promise: 'both', kind: 'conflict', suggestion: 'Write one promise for each.' },
    ]);
    const late = '15 minutes late? Money in your account within 5 working days';
    expect(inspect({ id: 'late', text: late }).findings).toEqual([]);
  });

  it('are none for the default register, which judges a brand without promises', () => {
    const { promises, findings } = inspect();
    expect(promises).toHaveLength(7);
    expect(findings).toEqual([]);
    expect(promises.every(({ topics }) => topics.size > 0)).toBe(true);
  });
});
