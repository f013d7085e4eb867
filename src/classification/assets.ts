import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type CueSet, readCues } from './cues.ts';
import { decodeHeads } from './head-files.ts';
import type { Heads } from './heads.ts';
import { type Lexicon, readLexicon } from './lexicon.ts';
import { ruleCues } from './rules.ts';
import { decodeWeights, type Weights } from './weights.ts';

/** What the classifier reads from files once, at start. */
export interface ClassifierAssets {
  readonly lexicon: Lexicon;
  readonly weights: Weights;
  readonly cues: CueSet;
  readonly heads: Heads;
  /** Hash over all files, part of the classifier version. */
  readonly hash: string;
}

/** `manifest.json` in the assets folder; the other fields are for people. */
const Manifest = z.object({ files: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)) });

const CUE_FOLDER = 'cues';
const MODEL_FILES = ['heads.bin', 'weights.bin'];
const LEXICON_FILES = ['opinions.tsv', 'valences.tsv'];

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The files that a manifest must list, in a fixed order: `/` on every system. */
export function assetNames(dir: string): string[] {
  const cues = readdirSync(join(dir, CUE_FOLDER)).filter((name) => name.endsWith('.txt'));
  return [...MODEL_FILES, ...LEXICON_FILES, ...cues.map((n) => `${CUE_FOLDER}/${n}`)].sort();
}

/** SHA-256 of each asset. */
export function hashAssets(dir: string): Record<string, string> {
  return Object.fromEntries(
    assetNames(dir).map((name) => [name, sha256(readFileSync(join(dir, name)))]),
  );
}

/**
 * Reads lexica, weights and cue files from a folder and checks them against its `manifest.json`.
 *
 * @throws {Error} one sentence, naming the file that is missing or differs
 */
export function loadAssets(dir: string): ClassifierAssets {
  const bytes = (name: string): Buffer => {
    try {
      return readFileSync(join(dir, name));
    } catch (cause) {
      throw new Error(`The classifier cannot read its asset ${name}.`, { cause });
    }
  };
  const manifest = readManifest(bytes('manifest.json').toString('utf8'));
  const names = Object.keys(manifest).sort();
  for (const name of [...MODEL_FILES, ...LEXICON_FILES]) {
    if (manifest[name] === undefined) {
      throw new Error(
        `The manifest.json of the classifier assets does not list ${name}; restore it.`,
      );
    }
  }
  const content = new Map<string, Buffer>();
  for (const name of names) {
    const file = bytes(name);
    if (sha256(file) !== manifest[name]) {
      throw new Error(
        `The classifier asset ${name} does not match manifest.json; rebuild or restore it.`,
      );
    }
    content.set(name, file);
  }
  const text = (name: string) => (content.get(name) ?? bytes(name)).toString('utf8');
  const files = names.filter((name) => name.startsWith(`${CUE_FOLDER}/`));
  return {
    lexicon: readLexicon(text('valences.tsv'), text('opinions.tsv')),
    weights: decodeWeights(content.get('weights.bin') ?? bytes('weights.bin')),
    heads: decodeHeads(content.get('heads.bin') ?? bytes('heads.bin')),
    cues: readCueFiles(Object.fromEntries(files.map((name) => [name, text(name)]))),
    hash: sha256(Buffer.from(names.map((name) => manifest[name]).join('\n'))),
  };
}

/** Cue files and the rule table as one set. */
export function readCueFiles(files: Readonly<Record<string, string>>): CueSet {
  return readCues({ ...files, [`${CUE_FOLDER}/en-rules`]: ruleCues() });
}

function readManifest(json: string): Record<string, string> {
  try {
    return Manifest.parse(JSON.parse(json)).files;
  } catch (cause) {
    throw new Error('The manifest.json of the classifier assets is not readable; restore it.', {
      cause,
    });
  }
}
