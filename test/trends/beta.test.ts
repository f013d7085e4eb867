import { describe, expect, it } from 'vitest';
import { incompleteBeta, logGamma } from '../../src/trends/beta.ts';

/** x, a, b, I_x(a, b): by numeric integration with 30 and more digits. */
const REFERENCE = [
  [0.12, 8.6, 12.4, 5.10010336194648e-4],
  [0.01, 1.3, 250.7, 0.8702748072861327],
  [0.14, 41, 60, 3.479523862851864e-11],
  [0.3, 2, 0.05, 0.002940802048436997],
  [0.9, 120.5, 14.5, 0.583178911388866],
  [1e-6, 0.7, 3, 1.4480459130730385e-4],
  [0.14, 5000.25, 29_000.75, 9.832337596045945e-5],
  [0.2, 20_000, 80_000, 0.5006307841555017],
  [0.25, 700.125, 1500.5, 3.455877719675319e-13],
] as const;

/** P(X ≥ k) of n trials with chance p/100, in whole numbers only. */
function exactTail(k: number, n: number, hundredths: number): number {
  let term = 1n;
  let sum = 0n;
  for (let i = 0; i <= n; i++) {
    const weight =
      term * BigInt(hundredths) ** BigInt(i) * BigInt(100 - hundredths) ** BigInt(n - i);
    if (i >= k) sum += weight;
    term = (term * BigInt(n - i)) / BigInt(i + 1);
  }
  return Number((sum * 10n ** 40n) / 100n ** BigInt(n)) / 1e40;
}

describe('the regularised incomplete beta function', () => {
  it.each(REFERENCE)('I_%d(%d, %d) is right to 1 in 10 billion', (x, a, b, value) => {
    expect(Math.abs(incompleteBeta(x, a, b) / value - 1)).toBeLessThan(1e-10);
  });

  it('is the exact tail of a binomial', () => {
    for (const [k, n, hundredths] of [
      [1, 1, 14],
      [5, 7, 20],
      [41, 100, 12],
      [30, 210, 14],
      [160, 1000, 14],
    ] as const) {
      const exact = exactTail(k, n, hundredths);
      expect(Math.abs(incompleteBeta(hundredths / 100, k, n - k + 1) / exact - 1)).toBeLessThan(
        1e-10,
      );
    }
  });

  it('is 0 and 1 at the ends, and its mirror is its complement', () => {
    expect(incompleteBeta(0, 3, 4)).toBe(0);
    expect(incompleteBeta(1, 3, 4)).toBe(1);
    for (const x of [0.01, 0.3, 0.77]) {
      expect(incompleteBeta(x, 2.5, 7.25) + incompleteBeta(1 - x, 7.25, 2.5)).toBeCloseTo(1, 13);
    }
  });

  it('rests on a gamma function that knows its factorials', () => {
    let factorial = 1;
    for (let n = 1; n <= 100; n++) {
      factorial *= n;
      expect(Math.abs(logGamma(n + 1) - Math.log(factorial))).toBeLessThan(
        1e-12 * Math.max(1, Math.log(factorial)),
      );
    }
  });
});
