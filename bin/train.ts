import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { hashAssets } from '../src/classification/assets.ts';
import { readLexicon } from '../src/classification/lexicon.ts';
import { TRAINING, train } from '../src/classification/train.ts';
import {
  LEXICON_FILES,
  opinionLines,
  readTrainingRows,
  TRAINING_SETS,
  valenceLines,
} from '../src/classification/training-data.ts';
import { encodeWeights } from '../src/classification/weights.ts';

/**
 * node bin/train.ts --data DIR [--out DIR] [--rows N] [--without SET,…]
 *
 * Makes the lexica and the weights from a data folder: the same folder gives the same bytes.
 */
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string', default: join(import.meta.dirname, '../src/classification/assets') },
    rows: { type: 'string' },
    without: { type: 'string', default: '' },
  },
});
if (values.data === undefined) {
  console.error('usage: node bin/train.ts --data DIR [--out DIR] [--rows N] [--without SET,…]');
  process.exitCode = 2;
} else {
  build(values.data, values.out, {
    rows: values.rows === undefined ? Number.POSITIVE_INFINITY : Number(values.rows),
    without: new Set(values.without.split(',')),
  });
}

interface BuildOptions {
  readonly rows: number;
  readonly without: ReadonlySet<string>;
}

function build(data: string, out: string, { rows, without }: BuildOptions): void {
  const raw = (name: string) => readFileSync(join(data, name));
  const valences = valenceLines(
    raw(LEXICON_FILES.valences).toString('utf8'),
    raw(LEXICON_FILES.emoji).toString('utf8'),
  );
  const opinions = opinionLines(
    raw(LEXICON_FILES.positive).toString('latin1'),
    raw(LEXICON_FILES.negative).toString('latin1'),
  );
  const lexicon = readLexicon(valences, opinions);
  const sets = TRAINING_SETS.filter((set) => !without.has(set.name));
  const json = (name: string) => gunzipSync(raw(`${name}.jsonl.gz`)).toString('utf8');
  const training = readTrainingRows(sets, json, rows);
  const weights = encodeWeights(train(training, lexicon, TRAINING));
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'valences.tsv'), valences);
  writeFileSync(join(out, 'opinions.tsv'), opinions);
  writeFileSync(join(out, 'weights.bin'), weights);
  const sources = [...Object.values(LEXICON_FILES), ...sets.map((set) => `${set.name}.jsonl.gz`)];
  const manifest = {
    about: 'SHA-256 of the classifier assets and of the data they were made from.',
    texts: training.length,
    options: TRAINING,
    data: Object.fromEntries(sources.map((name) => [name, sha256(raw(name))])),
    files: hashAssets(out),
  };
  writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  console.error(`${training.length} texts, weights ${weights.length} bytes`);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
