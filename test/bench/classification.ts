import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIBRARIES } from '../../bin/evaluation/libraries.ts';
import { loadAssets } from '../../src/classification/assets.ts';
import { createClassifier } from '../../src/classification/classifier.ts';
import { kindIndex } from '../../src/classification/features.ts';
import { readProjectRows } from '../../src/classification/project-files.ts';
import { rowInput } from '../../src/classification/project-rows.ts';
import { compileRegister } from '../../src/classification/promises.ts';
import type { ClassifierInput } from '../../src/classification/read-text.ts';
import { sentimentOfWords } from '../../src/classification/sentiment.ts';
import { type BenchRow, handOver, type Peer, peer } from './rows.ts';

const ROOT = join(import.meta.dirname, '../..');
const SECONDS = 2;
const FIRST: ClassifierInput = {
  title: null,
  text: 'On hold 40 minutes, nobody picked up',
  kind: 'review',
  lang: 'en',
  day: '2026-01-01',
  rating: null,
};

/** Texts per second of one thread, after one pass to warm up; the fastest of three runs. */
function speed<T>(texts: readonly T[], run: (text: T) => unknown): number {
  for (const text of texts) run(text);
  let best = 0;
  for (let round = 0; round < 3; round += 1) {
    const start = performance.now();
    let done = 0;
    while (performance.now() - start < (SECONDS * 1000) / 3) {
      for (const text of texts) run(text);
      done += texts.length;
    }
    best = Math.max(best, (done / (performance.now() - start)) * 1000);
  }
  return Math.round(best);
}

/** Prints load time, memory and texts/s beside four libraries. */
export async function benchClassification(print: (line: string) => void): Promise<BenchRow[]> {
  const before = process.memoryUsage().rss;
  const start = performance.now();
  const assets = loadAssets(join(ROOT, 'src/classification/assets'));
  const classifier = createClassifier(assets);
  const register = compileRegister([]);
  const loaded = performance.now();
  const first = classifier.classify(FIRST, register);
  const firstMs = performance.now() - loaded;
  const megabytes = (process.memoryUsage().rss - before) / 1e6;
  print(`load ${Math.round(loaded - start)} ms, without language detection, in a fresh process`);
  print(`first text ${Math.round(firstMs)} ms (${first.sentiment.label})`);
  print(`memory ${Math.round(megabytes)} MB`);
  const file = 'test/evaluation/train-1.jsonl';
  const inputs = readProjectRows(readFileSync(join(ROOT, file), 'utf8'), file).map(rowInput);
  const social = kindIndex('social');
  const letters = inputs.reduce((sum, { text }) => sum + text.length, 0) / inputs.length;
  print(`${inputs.length} texts of ${Math.round(letters)} characters`);
  const sentiment = speed(inputs, ({ text }) => sentimentOfWords(text, social, assets));
  print(`promisewatch, sentiment: ${sentiment} texts/s`);
  const everything = speed(inputs, (input) => classifier.classify(input, register));
  print(`promisewatch, everything: ${everything} texts/s`);
  const peers: Peer[] = [];
  for (const { name, open } of LIBRARIES) {
    const one = await peer(name, () => {
      const score = open();
      return speed(inputs, ({ text }) => score(text));
    });
    peers.push(one);
    if (one.value !== null) print(`${name}: ${one.value} texts/s`);
  }
  return [
    { what: 'load, without language detection', value: loaded - start, unit: 'ms' },
    { what: 'memory after the first text', value: megabytes, unit: 'MB' },
    { what: 'sentiment alone', value: sentiment, unit: 'texts/s', peers },
    { what: 'everything', value: everything, unit: 'texts/s' },
  ];
}

if (import.meta.main) handOver(await benchClassification(console.log));
