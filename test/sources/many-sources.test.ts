import { describe, expect, it } from 'vitest';
import { pollOnce } from '../bench/polling.ts';

/** `npm run bench polling` does the same with 10,000. */
const SOURCES = 40;

describe('many sources that are due at once', () => {
  it.each(['table', 'memory'] as const)(
    'are each asked once, with two dispatchers and repeated messages (%s)',
    async (place) => {
      expect(await pollOnce(SOURCES, place)).toMatchObject({
        due: SOURCES,
        askedOnce: SOURCES,
        lost: 0,
        doubled: 0,
        skipped: 2,
        mentions: 5 * SOURCES,
      });
    },
    120_000,
  );
});
