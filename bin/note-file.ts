import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from '../src/config/config.ts';
import { formatMistakes, placesIn } from '../src/config/read.ts';
import { regionDoubt } from '../src/config/regions.ts';
import { isOfThisMachine } from '../src/config/source-addresses.ts';
import type { World } from './command.ts';

/** Says what is valid in a file and yet useless once it is deployed. */
export function noteFile(
  file: string,
  config: Config,
  { cwd, complain }: Pick<World, 'cwd' | 'complain'>,
): void {
  const doubts = [...localSources(config), ...region(config)];
  if (doubts.length === 0) return;
  const placeOf = placesIn(readFileSync(resolve(cwd, file), 'utf8'));
  const notes = doubts.map(({ path, message }) => ({
    ...placeOf(path),
    path: path.join('.'),
    message,
  }));
  complain(formatMistakes(file, notes));
}

interface Doubt {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Sources that only the local run can read. */
function localSources({ brands }: Config): Doubt[] {
  return brands.flatMap(({ sources }, b) =>
    sources.flatMap((source, s) => {
      if (source.connector !== 'feed' || !isOfThisMachine(source.url)) return [];
      const message = 'is of this machine: npm start reads it, a deployed collector refuses it';
      return [{ path: ['brands', b, 'sources', s, 'url'], message }];
    }),
  );
}

function region({ deploy }: Config): Doubt[] {
  const message = regionDoubt(deploy.region);
  return message === undefined ? [] : [{ path: ['deploy', 'region'], message }];
}
