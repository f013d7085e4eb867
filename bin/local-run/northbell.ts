import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from '../../src/config/config.ts';

/** The example's file, beside its feeds. */
export const NORTHBELL_FILE = join('examples', 'northbell', 'promisewatch.yaml');

/** Late on the 51st day: the first poll brings all that was said until then. */
export const NORTHBELL_STARTS = '2026-10-13T21:30:00.000Z';
/** The morning after the 60th day, when the last digest has gone out. */
export const NORTHBELL_ENDS = '2026-10-23T09:00:00.000Z';

/** The same configuration, its sources read from where the example's feeds are served. */
export function servedFrom(config: Config, origin: string): Config {
  return {
    ...config,
    brands: config.brands.map((brand) => ({
      ...brand,
      sources: brand.sources.map((source) =>
        source.connector === 'feed'
          ? { ...source, url: `${origin}${new URL(source.url).pathname}` }
          : source,
      ),
    })),
  };
}

/** Bytes for the example's author key: nobody's secret, and the same in every run, like all it prints. */
export function northbellBytes(size: number): Buffer {
  return createHash('sha512').update('the example has no secrets').digest().subarray(0, size);
}
