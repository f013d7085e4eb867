import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from '../src/config/config.ts';
import { promiseProblems } from '../src/config/judgeable.ts';
import { formatMistakes } from '../src/config/read.ts';
import { UsageError, type World } from './command.ts';
import { openClassifier } from './open-classifier.ts';

/**
 * Refuses a file with a promise that cannot be judged, and names promises that stand in each other's way.
 *
 * @throws {UsageError} naming every such promise with its line and what to write instead
 */
export function checkPromises(file: string, config: Config, { cwd, complain }: World): void {
  const { classifier, assets } = openClassifier();
  const text = readFileSync(resolve(cwd, file), 'utf8');
  const { mistakes, conflicts } = promiseProblems(text, config, classifier, assets.cues);
  if (conflicts.length > 0) complain(formatMistakes(file, conflicts));
  if (mistakes.length > 0)
    throw new UsageError(
      `${formatMistakes(file, mistakes)}\n${mistakes.length === 1 ? '1 promise' : `${mistakes.length} promises`} cannot be judged. Nothing was applied.`,
    );
}
