import { join } from 'node:path';
import { type ClassifierAssets, loadAssets } from '../src/classification/assets.ts';
import { type Classifier, createClassifier } from '../src/classification/classifier.ts';
import type { LanguageDetector } from '../src/classification/language.ts';

const ASSETS = join(import.meta.dirname, '..', 'src', 'classification', 'assets');

/**
 * The classifier that a deployment of this folder judges with.
 *
 * @throws {Error} one sentence, where an asset is missing or differs from its manifest
 */
export function openClassifier(detect: LanguageDetector | null = null): {
  readonly classifier: Classifier;
  readonly assets: ClassifierAssets;
} {
  const assets = loadAssets(ASSETS);
  return { classifier: createClassifier(assets, detect), assets };
}
