import type { Brand } from '../brands/brand.ts';
import type { SourceSettings } from '../brands/source-settings.ts';
import type { Settings } from './config.ts';

export function findBrand(settings: Settings, id: string): Brand | undefined {
  return settings.brands.find((brand) => brand.id === id);
}

export function findSource(
  settings: Settings,
  id: string,
): { readonly brand: Brand; readonly source: SourceSettings } | undefined {
  for (const brand of settings.brands) {
    const source = brand.sources.find((candidate) => candidate.id === id);
    if (source !== undefined) return { brand, source };
  }
  return undefined;
}

/** Where the brand's days begin. */
export function timeZoneOf(brand: Brand, settings: Settings): string {
  return brand.timeZone ?? settings.timeZone;
}
