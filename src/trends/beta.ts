const HALF_LOG_TWO_PI = 0.9189385332046728;

/** Lanczos coefficients, g = 607/128, n = 15 (P. Godfrey, 2001); relative error below 1e-14 for z > 0. */
const LANCZOS = [
  0.9999999999999971, 57.15623566586292, -59.59796035547549, 14.136097974741746,
  -0.4919138160976202, 3.399464998481189e-5, 4.652362892704858e-5, -9.837447530487956e-5,
  0.0001580887032249125, -0.00021026444172410488, 0.00021743961811521265, -0.0001643181065367639,
  8.441822398385275e-5, -2.6190838401581408e-5, 3.6899182659531625e-6,
] as const;

/** Natural logarithm of the gamma function for z > 0. */
export function logGamma(z: number): number {
  let sum: number = LANCZOS[0];
  for (let i = 1; i < LANCZOS.length; i++) sum += (LANCZOS[i] as number) / (z + i);
  const base = z + 5.2421875;
  return (z + 0.5) * Math.log(base) - base + HALF_LOG_TWO_PI + Math.log(sum / z);
}

/** log Γ(z+1) less Stirling's main term: what is left is small, so nothing cancels for large z. */
function stirlingError(z: number): number {
  if (z <= 16) return logGamma(z + 1) - (z + 0.5) * Math.log(z) + z - HALF_LOG_TWO_PI;
  const s = 1 / (z * z);
  return (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188)))) / z;
}

/** x·log(x/m) + m − x, without cancellation where x is close to m. C. Loader (2000). */
function deviance(x: number, m: number): number {
  if (Math.abs(x - m) >= 0.1 * (x + m)) return x * Math.log(x / m) + m - x;
  const v = (x - m) / (x + m);
  let sum = (x - m) * v;
  let term = 2 * x * v;
  for (let j = 3; j < 1000; j += 2) {
    term *= v * v;
    const next = sum + term / j;
    if (next === sum) break;
    sum = next;
  }
  return sum;
}

/** log of x^a·(1−x)^b / B(a, b), by C. Loader's saddle-point form ("Fast and accurate computation of binomial probabilities", 2000). */
function logFactor(x: number, a: number, b: number): number {
  const n = a + b;
  const density =
    stirlingError(n) -
    stirlingError(a) -
    stirlingError(b) -
    deviance(a, n * x) -
    deviance(b, n * (1 - x));
  return density + 0.5 * (Math.log(a) + Math.log(b) - Math.log(n)) - HALF_LOG_TWO_PI;
}

/** Continued fraction of the incomplete beta (Abramowitz & Stegun 26.5.8) by Lentz's method. */
function continuedFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  d = 1 / (Math.abs(d) < tiny ? tiny : d);
  let value = d;
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 + even * d;
    c = 1 + even / c;
    d = 1 / (Math.abs(d) < tiny ? tiny : d);
    if (Math.abs(c) < tiny) c = tiny;
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 + odd * d;
    c = 1 + odd / c;
    d = 1 / (Math.abs(d) < tiny ? tiny : d);
    if (Math.abs(c) < tiny) c = tiny;
    const step = d * c;
    value *= step;
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return value;
}

/**
 * Regularised incomplete beta function I_x(a, b) for a, b > 0 and 0 ≤ x ≤ 1.
 *
 * For whole a ≤ n, I_p(a, n − a + 1) is the chance that a binomial of n trials reaches a or more; for other
 * arguments it is the smooth continuation of that tail.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const factor = Math.exp(logFactor(x, a, b));
  // The fraction converges fast only on its own side of the mean; the other side is one minus the mirror.
  if (x < (a + 1) / (a + b + 2)) return Math.min(1, (factor * continuedFraction(x, a, b)) / a);
  return Math.max(0, 1 - (factor * continuedFraction(1 - x, b, a)) / b);
}
