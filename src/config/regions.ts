import { closest } from './suggest.ts';

/** Public regions, with those of China and of governments, that AWS's SDK named in November 2026. */
const REGIONS = [
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-south-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-central-1',
  'ca-west-1',
  'cn-north-1',
  'cn-northwest-1',
  'eu-central-1',
  'eu-central-2',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'me-west-1',
  'mx-central-1',
  'sa-east-1',
  'sa-west-1',
  'us-east-1',
  'us-east-2',
  'us-gov-east-1',
  'us-gov-west-1',
  'us-west-1',
  'us-west-2',
];

/** Says that a region is none of the known ones; undefined where it is. A newer one is none of them, either: no mistake. */
export function regionDoubt(region: string): string | undefined {
  if (REGIONS.includes(region)) return undefined;
  const guess = closest(region, REGIONS);
  const hint = guess === undefined ? '' : ` Did you mean "${guess}"?`;
  return `is no region that was known in November 2026.${hint} Leave it if AWS has opened it since`;
}
