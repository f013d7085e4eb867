import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { closest } from '../../src/config/suggest.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The profile that the environment names; undefined where none is named. */
export function namedProfile(env: Env): string | undefined {
  return env['AWS_PROFILE'] || undefined;
}

/** Says that the named profile is in none of the files that AWS reads; undefined where it is, or none is named. */
export function missingProfile(env: Env): string | undefined {
  const profile = namedProfile(env);
  if (profile === undefined) return undefined;
  const folder = join(env['HOME'] ?? homedir(), '.aws');
  const files = [
    env['AWS_CONFIG_FILE'] ?? join(folder, 'config'),
    env['AWS_SHARED_CREDENTIALS_FILE'] ?? join(folder, 'credentials'),
  ];
  const known = files.flatMap(profilesIn);
  if (known.includes(profile)) return undefined;
  const guess = closest(profile, known);
  const hint = guess === undefined ? '' : ` (did you mean "${guess}"?)`;
  return `there is no AWS profile "${profile}" in ${files.join(' or ')}${hint}`;
}

function profilesIn(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return [...text.matchAll(/^\s{0,9}\[(?:profile\s{1,9})?["']?([^\]"'\n]{1,200})["']?\]/gm)].map(
    ([, name = '']) => name.trim(),
  );
}
