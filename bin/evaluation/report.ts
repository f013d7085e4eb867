import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { SourceKind } from '../../src/brands/source-settings.ts';
import { type ClassifierAssets, loadAssets } from '../../src/classification/assets.ts';
import type { Classification } from '../../src/classification/classification.ts';
import { type Classifier, createClassifier } from '../../src/classification/classifier.ts';
import {
  type Judged,
  type SentimentScore,
  scoreSentiment,
} from '../../src/classification/evaluate.ts';
import { compileRegister } from '../../src/classification/promises.ts';
import { train } from '../../src/classification/train.ts';
import {
  cleanText,
  readTrainingRows,
  TRAINING_SETS,
  withoutTexts,
} from '../../src/classification/training-data.ts';
import { type Library, libraries } from './libraries.ts';

interface Row {
  readonly text: string;
  readonly label: string;
}

interface EvaluationSet {
  readonly name: string;
  readonly kind: SourceKind;
  readonly rows: readonly Row[];
}

const DEVELOPMENT: readonly { name: string; kind: SourceKind; what: string }[] = [
  { name: 'te_val', kind: 'social', what: 'TweetEval validation' },
  { name: 'goemo3_dev', kind: 'forum', what: 'GoEmotions dev, three classes' },
  { name: 'mams_acsa_val', kind: 'review', what: 'MAMS categories val, with mixed' },
  { name: 'mams_atsa_val', kind: 'review', what: 'MAMS terms val, with mixed' },
];

/** Sets left out together, because they come from one domain. */
const DOMAINS: readonly { name: string; sets: readonly string[] }[] = [
  { name: 'SemEval tweets', sets: ['se17_train'] },
  { name: 'tweets', sets: ['se17_train', 'vader_tweets'] },
  { name: 'product reviews', sets: ['proscons', 'huliu', 'vader_amazon'] },
  { name: 'film reviews', sets: ['mr_nosst'] },
  { name: 'restaurants', sets: ['mams_acsa_train', 'mams_atsa_train'] },
  { name: 'headlines and news', sets: ['sentfin_train', 'newsmtsc_train', 'vader_nyt'] },
  { name: 'forum', sets: ['goemo3_train'] },
];
/** Rows of a left-out set that are scored. */
const SAMPLE = 3000;

const NOBODY = compileRegister([]);

function percent(value: number): string {
  return (100 * value).toFixed(1);
}

function cell(score: SentimentScore): string {
  const { accuracy, macroF1, macroRecall, binaryAccuracy } = score;
  return [accuracy, macroF1, macroRecall, binaryAccuracy].map(percent).join(' / ');
}

function classifySet(classifier: Classifier, { rows, kind }: EvaluationSet): Judged[] {
  return rows.map(({ text, label }) => ({
    label,
    classification: classifier.classify(
      { title: null, text, rating: null, kind, lang: 'en', day: '2026-01-01' },
      NOBODY,
    ),
  }));
}

/** A library's score as a classification, so that all are scored by the same code. */
function judgedBy(library: Library, { rows }: EvaluationSet): Judged[] {
  return rows.map(({ text, label }) => {
    const score = library.score(text);
    const isNeutral = Math.abs(score) <= library.neutralBand;
    const sentiment = isNeutral ? 'neutral' : score > 0 ? 'positive' : 'negative';
    const classification: Classification = {
      cv: library.name,
      sentiment: {
        label: sentiment,
        probabilities: { negative: -score, neutral: 0, positive: score },
        reasons: [],
      },
      lang: 'en',
      verdicts: [],
      dimensions: [],
      signals: [],
      flags: [],
    };
    return { label, classification };
  });
}

function textsPerSecond(run: () => void, texts: number): number {
  run();
  const start = performance.now();
  run();
  return Math.round((texts / (performance.now() - start)) * 1000);
}

/**
 * Scores the classifier and four libraries on the development sets, then retrains the sentiment
 * weights without each domain in turn.
 *
 * @param data folder of the training and development sets
 * @returns the report as Markdown
 */
export function evaluationReport(
  data: string,
  assetsDir: string,
  say: (line: string) => void,
): string {
  const assets = loadAssets(assetsDir);
  const json = (name: string) =>
    gunzipSync(readFileSync(join(data, `${name}.jsonl.gz`))).toString('utf8');
  const sets = DEVELOPMENT.map(({ name, kind }) => ({ name, kind, rows: readRows(json(name)) }));
  const lines = [
    '# How the embedded classifier measures',
    '',
    'Written by `npm run eval:classification -- --data DIR`. Each cell: accuracy / macro-F1 / macro-recall /',
    'accuracy of positive against negative alone, in percent. None of these texts was trained on.',
    '',
    ...comparison(sets, createClassifier(assets), say),
    '',
    ...leftOut(json, assets, sets[0] as EvaluationSet, say),
  ];
  return `${lines.join('\n')}\n`;
}

function readRows(json: string): Row[] {
  return json
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { t: string; y: string })
    .map(({ t, y }) => ({ text: cleanText(t), label: y }));
}

function comparison(
  sets: readonly EvaluationSet[],
  classifier: Classifier,
  say: (line: string) => void,
): string[] {
  const table = [
    '## Development sets',
    '',
    `| | ${sets.map(({ name, rows }) => `${name} (${rows.length})`).join(' | ')} | texts/s |`,
    `|---|${sets.map(() => '---|').join('')}---|`,
  ];
  const speedSet = sets[0] as EvaluationSet;
  const add = (name: string, judge: (set: EvaluationSet) => Judged[]) => {
    const cells = sets.map((set) => cell(scoreSentiment(judge(set))));
    const speed = textsPerSecond(() => judge(speedSet), speedSet.rows.length);
    table.push(`| ${name} | ${cells.join(' | ')} | ${speed} |`);
    say(table.at(-1) as string);
  };
  add('**promisewatch**, everything', (set) => classifySet(classifier, set));
  for (const library of libraries()) add(library.name, (set) => judgedBy(library, set));
  for (const { name, what } of DEVELOPMENT) table.push('', `\`${name}\`: ${what}.`);
  const mixed = sets.filter(({ rows }) => rows.some(({ label }) => label === 'mixed'));
  table.push('', '| mixed | precision | recall | F1 |', '|---|---|---|---|');
  for (const set of mixed) {
    const score = scoreSentiment(classifySet(classifier, set)).classes['mixed'];
    if (score === undefined) continue;
    const { precision, recall, f1 } = score;
    table.push(`| ${set.name} | ${[precision, recall, f1].map(percent).join(' | ')} |`);
  }
  return table;
}

function leftOut(
  json: (name: string) => string,
  assets: ClassifierAssets,
  tweets: EvaluationSet,
  say: (line: string) => void,
): string[] {
  const table = [
    '## Leave one domain out',
    '',
    'The sentiment weights trained on the public sets of all other domains, scored on at most',
    `${SAMPLE} rows of each set of the domain that was left out. The project's own mentions took no part.`,
    '',
    '| domain left out | set | rows | not seen |',
    '|---|---|---|---|',
  ];
  for (const { name, sets } of DOMAINS) {
    const rest = TRAINING_SETS.filter((set) => !sets.includes(set.name));
    const rows = withoutTexts(readTrainingRows(rest, json), [json('te_val')]);
    const classifier = createClassifier({ ...assets, weights: train(rows, assets.lexicon) });
    const add = (set: EvaluationSet) => {
      const score = scoreSentiment(classifySet(classifier, set));
      table.push(`| ${name} | ${set.name} | ${set.rows.length} | ${cell(score)} |`);
      say(table.at(-1) as string);
    };
    for (const set of TRAINING_SETS.filter((candidate) => sets.includes(candidate.name))) {
      const all = readTrainingRows([set], json, SAMPLE);
      add({
        name: set.name,
        kind: set.kind,
        rows: all.map(({ text, label }) => ({ text, label })),
      });
    }
    // Without the tweets whose text may not be redistributed: what licence-clean data alone gives.
    if (name === 'SemEval tweets') add({ ...tweets, name: 'te_val (licence-clean)' });
  }
  return table;
}
