import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from '../src/config/config.ts';
import { formatMistakes, placesIn } from '../src/config/read.ts';
import { isOfThisMachine } from '../src/config/source-addresses.ts';
import type { World } from './command.ts';

/** Names the sources that only the local run can read: valid in a file, and useless once it is deployed. */
export function noteLocalSources(
  file: string,
  { brands }: Config,
  { cwd, complain }: Pick<World, 'cwd' | 'complain'>,
): void {
  const placeOf = placesIn(readFileSync(resolve(cwd, file), 'utf8'));
  const notes = brands.flatMap(({ sources }, b) =>
    sources.flatMap((source, s) => {
      if (source.connector !== 'feed' || !isOfThisMachine(source.url)) return [];
      const path = ['brands', b, 'sources', s, 'url'];
      const message = 'is of this machine: npm start reads it, a deployed collector refuses it';
      return [{ ...placeOf(path), path: path.join('.'), message }];
    }),
  );
  if (notes.length > 0) complain(formatMistakes(file, notes));
}
