import { afterAll, describe, expect, it } from 'vitest';
import { attackTarget } from './attack-target.ts';
import { ATTACKS } from './attacks.ts';

const target = attackTarget();

afterAll(() => target.end());

describe('a hostile document of up to 1 MB', () => {
  // How long each takes is in the benchmark; here it must only end, inside 256 MB.
  it.each(ATTACKS.map(({ name }) => name))('of "%s" ends with an answer', async (name) => {
    const result = await target.attack(name, 15_000);
    expect(result).toMatchObject({ bytes: expect.any(Number), items: expect.any(Number) });
    expect('bytes' in result && result.bytes).toBeLessThan(1_100_000);
  });

  it('keeps its harmless words', async () => {
    expect(await target.attack('prototype', 15_000)).toMatchObject({ outcome: 'read', items: 1 });
  });
});
