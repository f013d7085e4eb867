import type { Outcome } from './classification.ts';
import { EMOJI_VALENCES } from './emoji.ts';
import type { ModelKind } from './features.ts';
import type { ProjectRow } from './project-rows.ts';
import type { PromiseText } from './promises.ts';
import { sortedLines } from './sorted-table.ts';
import type { TrainingRow } from './train.ts';
import { CLASSES } from './weights.ts';

/** Files of the data folder that the lexica are made from. */
export const LEXICON_FILES = {
  valences: 'vader_lexicon.txt',
  emoji: 'vader_emoji_utf8_lexicon.txt',
  positive: 'huliu-positive-words.txt',
  negative: 'huliu-negative-words.txt',
} as const;

/** A labelled set, `<name>.jsonl.gz` in the data folder. */
export interface TrainingSet {
  readonly name: string;
  readonly kind: ModelKind;
  readonly weight: number;
}

/**
 * Licences and origins are in docs/model-card.md. The weights keep the project's own mentions, which talk of service
 * alone, from spoiling what was learned about other subjects.
 */
export const TRAINING_SETS: readonly TrainingSet[] = [
  { name: 'se17_train', kind: 'social', weight: 3 },
  { name: 'vader_tweets', kind: 'social', weight: 3 },
  { name: 'proscons', kind: 'review', weight: 1.5 },
  { name: 'huliu', kind: 'review', weight: 1.5 },
  { name: 'mr_nosst', kind: 'review', weight: 1.5 },
  { name: 'vader_amazon', kind: 'review', weight: 1.5 },
  { name: 'mams_acsa_train', kind: 'review', weight: 1.5 },
  { name: 'mams_atsa_train', kind: 'review', weight: 1.5 },
  { name: 'sentfin_train', kind: 'news', weight: 1 },
  { name: 'newsmtsc_train', kind: 'news', weight: 1 },
  { name: 'vader_nyt', kind: 'news', weight: 1 },
  { name: 'goemo3_train', kind: 'forum', weight: 1.5 },
];

/** Its neutral sentences are those without a marked feature; many hold an opinion all the same. */
const UNMARKED = 'huliu';

/** Undoes what the sets did to their texts: JSON escapes twice over, HTML entities. */
export function cleanText(text: string): string {
  return text
    .replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .replace(/\\""?/g, '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('@anonymous', '@user');
}

/** Parts of a restaurant as promises, by the categories of MAMS; the others are left out. */
const PART_OF: Readonly<Record<string, string>> = {
  food: 'food',
  service: 'service',
  staff: 'service',
  price: 'price',
  ambience: 'ambience',
};

/** Promises that parts of a restaurant are good. */
export const PARTS: readonly PromiseText[] = [
  { id: 'food', text: 'Delicious food' },
  { id: 'service', text: 'Friendly service' },
  { id: 'price', text: 'Fair prices' },
  { id: 'ambience', text: 'A pleasant atmosphere' },
];

const OUTCOME_OF: Readonly<Record<string, Outcome>> = {
  positive: 'kept',
  negative: 'broken',
  neutral: 'unclear',
};

/** Sentences were chosen for MAMS to differ by part; in reviews neutral parts are rarer: one in so many teaches. */
const NEUTRAL_EVERY = 3;

/** A sentence of MAMS with the sentiment towards each category. */
interface CategoryLine extends LabelledLine {
  readonly cats: readonly (readonly [category: string, sentiment: string])[];
}

/**
 * Sentences of MAMS as mentions with verdicts: several parts in each, with different outcomes, many of them neutral.
 *
 * @param json the lines of `mams_acsa_train`
 * @param most rows, from the beginning
 */
export function readPartRows(json: string, most: number): ProjectRow[] {
  const lines = json.split('\n').filter((line) => line !== '');
  return lines.slice(0, most).map((line, index) => {
    const { t, cats } = JSON.parse(line) as CategoryLine;
    const outcomes = new Map<string, Outcome>();
    for (const [category, sentiment] of cats) {
      const promise = PART_OF[category];
      const outcome = OUTCOME_OF[sentiment];
      if (promise === undefined || outcome === undefined) continue;
      if (outcome === 'unclear' && index % NEUTRAL_EVERY !== 0) continue;
      // The same part judged twice over, differently: nobody can tell.
      outcomes.set(promise, (outcomes.get(promise) ?? outcome) === outcome ? outcome : 'unclear');
    }
    const labels = [...outcomes].map(([promise, outcome]) => ({ promise, outcome }));
    return { t: cleanText(t), kind: 'review', labels };
  });
}

interface LabelledLine {
  readonly t: string;
  readonly y: string;
}

/**
 * The rows of the sets in their order; mixed rows are left out.
 *
 * @param json the lines of a set by name
 * @param most rows per set, taken evenly
 */
export function readTrainingRows(
  sets: readonly TrainingSet[],
  json: (name: string) => string,
  most = Number.POSITIVE_INFINITY,
): TrainingRow[] {
  return sets.flatMap(({ name, kind, weight }) => {
    const lines = json(name)
      .split('\n')
      .filter((line) => line !== '');
    const every = Math.max(1, Math.ceil(lines.length / most));
    return lines
      .filter((_, index) => index % every === 0)
      .map((line) => JSON.parse(line) as LabelledLine)
      .filter((row) => (CLASSES as readonly string[]).includes(row.y))
      .filter((row) => !(name === UNMARKED && row.y === 'neutral'))
      .map((row) => ({
        text: cleanText(row.t),
        label: row.y as TrainingRow['label'],
        kind,
        weight,
      }));
  });
}

/** The first letters of a text without links and names, by which copies are known. */
function copyKey(text: string): string {
  return text
    .toLowerCase()
    .replace(/https?:\S+|@\w+/g, '')
    .replace(/[^a-z]/g, '')
    .slice(0, 60);
}

/**
 * Leaves out rows whose text also stands in one of the given sets: TweetEval's validation tweets are
 * SemEval tweets.
 */
export function withoutTexts(rows: readonly TrainingRow[], sets: readonly string[]): TrainingRow[] {
  const known = new Set(
    sets.flatMap((json) =>
      json
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => copyKey(cleanText((JSON.parse(line) as LabelledLine).t))),
    ),
  );
  return rows.filter((row) => row.kind !== 'social' || !known.has(copyKey(row.text)));
}

/** `word<TAB>valence` lines of the VADER lexicon; an emoji has the sum of the words of its name. */
export function valenceLines(lexicon: string, emoji: string): string {
  const valences = new Map<string, number>();
  for (const line of lexicon.split('\n')) {
    const [word, valence] = line.split('\t');
    if (word !== undefined && valence !== undefined) valences.set(word, Number(valence));
  }
  const found = new Map(valences);
  for (const line of emoji.split('\n')) {
    const [sign, name] = line.split('\t');
    if (sign === undefined || name === undefined) continue;
    const sum = name
      .trim()
      .split(/\s+/)
      .reduce((total, word) => total + (valences.get(word) ?? 0), 0);
    const first = String.fromCodePoint(sign.codePointAt(0) as number);
    if (sum !== 0 && !found.has(first)) found.set(first, Math.round(sum * 100) / 100);
  }
  for (const [sign, valence] of EMOJI_VALENCES) found.set(sign, valence);
  return sortedLines(found);
}

/** `word<TAB>1|-1` lines of the opinion words of Hu and Liu. */
export function opinionLines(positive: string, negative: string): string {
  const words = (list: string) =>
    list
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith(';'));
  const marked = (list: string, opinion: number) =>
    words(list).map((word) => [word, opinion] as const);
  return sortedLines(new Map([...marked(positive, 1), ...marked(negative, -1)]));
}
