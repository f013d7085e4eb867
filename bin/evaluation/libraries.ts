import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Log-odds-like score of a library: above 0 positive, below 0 negative. */
export interface Library {
  readonly name: string;
  /** Scores at or within this of 0 are neutral. */
  readonly neutralBand: number;
  readonly score: (text: string) => number;
}

interface Vader {
  SentimentIntensityAnalyzer: { polarity_scores(text: string): { compound: number } };
}
interface Scored {
  score: number;
  normalizedScore?: number;
  comparative?: number;
}
interface WinkDocument {
  out(property: unknown): number;
}
type Wink = (
  model: unknown,
  pipe: string[],
) => { readDoc(text: string): WinkDocument; its: { sentiment: unknown } };

/** The four libraries that users have today, with the cut-offs that their documentation names; each loads when it is opened. */
export const LIBRARIES: readonly (Omit<Library, 'score'> & {
  readonly open: () => Library['score'];
})[] = [
  {
    name: 'vader-sentiment',
    neutralBand: 0.05,
    open: () => {
      const vader = require('vader-sentiment') as Vader;
      return (text) => vader.SentimentIntensityAnalyzer.polarity_scores(text).compound;
    },
  },
  {
    name: 'wink-sentiment',
    neutralBand: 0,
    open: () => {
      const wink = require('wink-sentiment') as (text: string) => Scored;
      return (text) => wink(text).normalizedScore ?? 0;
    },
  },
  {
    name: 'sentiment (AFINN)',
    neutralBand: 0,
    open: () => {
      const Sentiment = require('sentiment') as new () => { analyze(text: string): Scored };
      const afinn = new Sentiment();
      return (text) => afinn.analyze(text).score;
    },
  },
  {
    name: 'wink-nlp',
    neutralBand: 0,
    open: () => {
      const winkNlp = require('wink-nlp') as Wink;
      const nlp = winkNlp(require('wink-eng-lite-web-model'), ['sbd', 'negation', 'sentiment']);
      return (text) => nlp.readDoc(text).out(nlp.its.sentiment);
    },
  },
];

/** All of them, opened. */
export const libraries = (): Library[] =>
  LIBRARIES.map(({ open, ...library }) => ({ ...library, score: open() }));
