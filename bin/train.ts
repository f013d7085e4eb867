import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { hashAssets, readCueFiles } from '../src/classification/assets.ts';
import { buildModels } from '../src/classification/build-models.ts';
import { encodeHeads } from '../src/classification/head-files.ts';
import { readLexicon } from '../src/classification/lexicon.ts';
import { readProjectRows, readRegister } from '../src/classification/project-files.ts';
import { TRAINING } from '../src/classification/train.ts';
import {
  LEXICON_FILES,
  opinionLines,
  readPartRows,
  readTrainingRows,
  TRAINING_SETS,
  valenceLines,
  withoutTexts,
} from '../src/classification/training-data.ts';
import { encodeWeights } from '../src/classification/weights.ts';

const USAGE = `usage: node bin/train.ts --data DIR [--out DIR] [--own DIR] [--rows N] [--without SET,…]
       node bin/train.ts --hash      only renew the hashes after a change of cue files

Makes lexica, weights and heads from a data folder and the labelled mentions of this repository.
The same files give the same bytes.`;

/** Sentences with a sentiment for each part of a restaurant, and how many of them are read. */
const PART_SET = 'mams_acsa_train';
const MOST_PARTS = 3000;
/** Development sets whose texts must not be trained on. */
const HELD_BACK = ['te_val'];
const ROOT = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string', default: join(ROOT, 'src/classification/assets') },
    own: { type: 'string', default: join(ROOT, 'test/evaluation') },
    rows: { type: 'string', default: 'Infinity' },
    without: { type: 'string', default: '' },
    hash: { type: 'boolean', default: false },
  },
});

if (values.hash) writeManifest(values.out, readManifest(values.out));
else if (values.data === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else build(values.data, values.out);

function build(data: string, out: string): void {
  const raw = (name: string) => readFileSync(join(data, name));
  const json = (name: string) => gunzipSync(raw(`${name}.jsonl.gz`)).toString('utf8');
  const text = (name: string, encoding: 'utf8' | 'latin1') => raw(name).toString(encoding);
  const valences = valenceLines(
    text(LEXICON_FILES.valences, 'utf8'),
    text(LEXICON_FILES.emoji, 'utf8'),
  );
  const opinions = opinionLines(
    text(LEXICON_FILES.positive, 'latin1'),
    text(LEXICON_FILES.negative, 'latin1'),
  );
  const without = new Set(values.without.split(','));
  const sets = TRAINING_SETS.filter((set) => !without.has(set.name));
  const heldBack = HELD_BACK.filter((name) => existsSync(join(data, `${name}.jsonl.gz`)));
  const publicRows = withoutTexts(
    readTrainingRows(sets, json, Number(values.rows)),
    heldBack.map(json),
  );
  const own = projectFiles(values.own);
  const models = buildModels({
    publicRows,
    projectRows: own.rows,
    partRows: without.has(PART_SET) ? [] : readPartRows(json(PART_SET), MOST_PARTS),
    registers: own.registers,
    lexicon: readLexicon(valences, opinions),
    cues: readCueFiles(cueFiles()),
  });
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'valences.tsv'), valences);
  writeFileSync(join(out, 'opinions.tsv'), opinions);
  writeFileSync(join(out, 'weights.bin'), encodeWeights(models.weights));
  writeFileSync(join(out, 'heads.bin'), encodeHeads(models.heads));
  const sources = [...Object.values(LEXICON_FILES), ...sets.map((set) => `${set.name}.jsonl.gz`)];
  writeManifest(out, {
    about: 'SHA-256 of the classifier assets and of the data they were made from.',
    texts: publicRows.length,
    projectTexts: own.rows.length,
    options: TRAINING,
    data: Object.fromEntries(sources.map((name) => [name, sha256(raw(name))])),
    projectData: own.hashes,
  });
  console.error(`${publicRows.length} public texts, ${own.rows.length} of the project`);
}

/** Cue files lie in the source tree, wherever the models go. */
function cueFiles(): Record<string, string> {
  const folder = join(ROOT, 'src/classification/assets/cues');
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  return Object.fromEntries(
    names.map((name) => [`cues/${name}`, readFileSync(join(folder, name), 'utf8')]),
  );
}

/** The training part of the project's labelled mentions; the held-out files are not opened. */
function projectFiles(folder: string) {
  const names = readdirSync(folder)
    .filter((name) => /^train-.*\.jsonl$/.test(name))
    .sort();
  const bytes = names.map((name) => readFileSync(join(folder, name)));
  const registers = readdirSync(join(folder, 'registers')).sort();
  return {
    rows: bytes.flatMap((file, at) => readProjectRows(file.toString('utf8'), names[at] as string)),
    registers: Object.fromEntries(
      registers.map((name) => [
        name.replace(/\.yaml$/, ''),
        readRegister(readFileSync(join(folder, 'registers', name), 'utf8'), name),
      ]),
    ),
    hashes: Object.fromEntries(names.map((name, at) => [name, sha256(bytes[at] as Buffer)])),
  };
}

function readManifest(out: string): object {
  return JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as object;
}

function writeManifest(out: string, about: object): void {
  const manifest = { ...about, files: hashAssets(out) };
  writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
