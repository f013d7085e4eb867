import { logGamma } from '../beta.ts';

/** A stream of pseudo-random draws. The same seed gives the same draws on every machine. */
export type Random = {
  /** Uniform over [0, 1). */
  uniform: () => number;
  /** Standard normal. */
  normal: () => number;
  /** Gamma of the given shape > 0 and scale 1. */
  gamma: (shape: number) => number;
  poisson: (mean: number) => number;
  binomial: (n: number, p: number) => number;
  /** A share around `mean` with intra-class correlation `rho` > 0 (Beta with a + b = 1/rho − 1). */
  share: (mean: number, rho: number) => number;
};

/** Seeds a stream from words and numbers, so that every case of an evaluation has its own. */
export function randomOf(...seed: (string | number)[]): Random {
  const uniform = sfc32(seed.join('|'));
  const normal = normals(uniform);
  const gamma = gammas(uniform, normal);
  return {
    uniform,
    normal,
    gamma,
    poisson: (mean) => poisson(uniform, mean),
    binomial: (n, p) => binomial(uniform, n, p),
    share(mean, rho) {
      const size = 1 / rho - 1;
      const a = gamma(mean * size);
      const b = gamma((1 - mean) * size);
      return a + b > 0 ? a / (a + b) : mean;
    },
  };
}

/** sfc32 by C. Doty-Humphrey (PractRand), seeded with an FNV-1a hash of the text. */
function sfc32(text: string): () => number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  let a = hash | 0;
  let b = Math.imul(hash, 0x9e3779b1) | 0;
  let c = hash ^ 0x5bd1e995;
  let counter = 1;
  const next = () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4_294_967_296;
  };
  for (let i = 0; i < 16; i++) next();
  return next;
}

/** Marsaglia's polar method. */
function normals(uniform: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      const u = 2 * uniform() - 1;
      const v = 2 * uniform() - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(s)) / s);
      spare = v * factor;
      return u * factor;
    }
  };
}

/** Marsaglia and Tsang (2000). */
function gammas(uniform: () => number, normal: () => number): (shape: number) => number {
  const gamma = (shape: number): number => {
    if (shape < 1) return gamma(shape + 1) * (1 - uniform()) ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = normal();
      const v = (1 + c * x) ** 3;
      if (v <= 0) continue;
      if (Math.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  };
  return gamma;
}

/** Inversion under a mean of 10, else W. Hörmann's PTRS (1993). */
function poisson(uniform: () => number, mean: number): number {
  if (mean <= 0) return 0;
  if (mean < 10) {
    let k = 0;
    let p = Math.exp(-mean);
    let u = uniform();
    while (u > p && k < 1000) {
      u -= p;
      k++;
      p *= mean / k;
    }
    return k;
  }
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverse = 1.1239 + 1.1328 / (b - 3.4);
  const squeeze = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = uniform() - 0.5;
    const v = 1 - uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= squeeze) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const accept = Math.log((v * inverse) / (a / (us * us) + b));
    if (accept <= k * Math.log(mean) - mean - logGamma(k + 1)) return k;
  }
}

/** Inversion under a mean of 10, else W. Hörmann's BTRS (1993). */
function binomial(uniform: () => number, n: number, p: number): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(uniform, n, 1 - p);
  if (n * p < 10) return smallBinomial(uniform, n, p);
  const odds = p / (1 - p);
  const spread = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const centre = n * p + 0.5;
  const squeeze = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * spread;
  const mode = Math.floor((n + 1) * p);
  const top = logGamma(mode + 1) + logGamma(n - mode + 1);
  for (;;) {
    const u = uniform() - 0.5;
    const v = 1 - uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + centre);
    if (us >= 0.07 && v <= squeeze) return k;
    if (k < 0 || k > n) continue;
    const accept = Math.log((v * alpha) / (a / (us * us) + b));
    const density = top - logGamma(k + 1) - logGamma(n - k + 1) + (k - mode) * Math.log(odds);
    if (accept <= density) return k;
  }
}

function smallBinomial(uniform: () => number, n: number, p: number): number {
  const odds = p / (1 - p);
  let density = (1 - p) ** n;
  let u = uniform();
  let k = 0;
  while (u > density && k < n) {
    u -= density;
    k++;
    density *= (odds * (n - k + 1)) / k;
  }
  return k;
}
