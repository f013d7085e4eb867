import { DIMENSIONS, type Dimension } from '../brands/brand.ts';
import { type ConceptSet, readConcepts } from './concepts.ts';
import { type Element, readElement } from './cue-elements.ts';
import { type CueTree, growTree } from './cue-matches.ts';
import { type Rule, ruleOfTopic } from './rules.ts';

/**
 * What a cue says by itself: −1 the promise is broken, 1 kept, 2 more than was promised,
 * 0 only that the topic is talked about.
 */
export type Polarity = -1 | 0 | 1 | 2;

/** A phrase that shows what a text talks about, and often how it went. */
export interface Cue {
  /** `<topic>: <words as in its file>`, as it appears in reasons. */
  readonly id: string;
  readonly topic: string;
  /** The topic itself; looked at too often to be looked up. */
  readonly about: Topic;
  readonly polarity: Polarity;
  /** A negation before it does not turn it. */
  readonly fixed: boolean;
  /** Only names the topic inside a promise, not inside a mention. */
  readonly promiseOnly: boolean;
  readonly pattern: readonly Step[];
}

/** Part of a dimension that a promise can be about: "answered on the phone", "refunds". */
export interface Topic {
  readonly id: string;
  /** null for the topics of a signal. */
  readonly dimension: Dimension | null;
  readonly signal: string | null;
  /** Durations near its cues are waiting times; more seconds than this are long. null: not timed. */
  readonly patience: number | null;
  /** The rule whose phrases make up the topic, if it is one. */
  readonly rule: Rule | null;
}

export interface CueSet {
  readonly topics: ReadonlyMap<string, Topic>;
  readonly cues: readonly Cue[];
  readonly mentionTree: CueTree;
  readonly promiseTree: CueTree;
  readonly concepts: ConceptSet;
}

/** One step of a pattern. */
export interface Step {
  readonly element: Element;
  readonly isOptional: boolean;
}

/**
 * Reads cue files. A file has a line `dimension NAME` or `signal NAME`, lines `topic NAME [timed SECONDS]`,
 * lines `let NAME = word|word*` and lines of cues: `-`, `+`, `++` or `=` (what it says), `!` after
 * it where a negation does not turn it, `p` for a phrase of promises only; then the words.
 * `a|b` is a choice, `word*` a beginning, `?word` may be absent, `..3` up to three words between,
 * `a b ; c d` are two cues, `{NAME}` a `let`, `<duration>`, `<money>`, `<ordinal>`, `<times>` a quantity.
 *
 * @throws {Error} naming file and line of a cue that cannot be read
 */
export function readCues(files: Readonly<Record<string, string>>): CueSet {
  const draft: Draft = { topics: new Map(), cues: [], lets: new Map(), elements: new Map() };
  const concepts: string[] = [];
  for (const name of Object.keys(files).sort()) {
    if (CONCEPTS.test(name)) concepts.push(files[name] as string);
    else readFile(name, files[name] as string, draft);
  }
  return {
    topics: draft.topics,
    cues: draft.cues,
    mentionTree: growTree(draft.cues.filter(({ promiseOnly }) => !promiseOnly)),
    promiseTree: growTree(draft.cues.filter(({ promiseOnly }) => promiseOnly)),
    concepts: readConcepts(concepts.join('\n')),
  };
}

/** Files of concepts, see `readConcepts`. */
const CONCEPTS = /(?:^|\/)concepts-[a-z]+\.txt$/;

interface Draft {
  topics: Map<string, Topic>;
  cues: Cue[];
  lets: Map<string, string>;
  /** Elements by their words: most occur many times. */
  elements: Map<string, Element>;
}

interface Place {
  dimension: Dimension | null;
  signal: string | null;
  topic: string;
}

function readFile(name: string, content: string, draft: Draft): void {
  const place: Place = { dimension: null, signal: null, topic: '' };
  let number = 0;
  for (const raw of content.split('\n')) {
    number += 1;
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    try {
      readLine(line, place, draft);
    } catch (cause) {
      throw new Error(`${name}, line ${number}: ${(cause as Error).message}`, { cause });
    }
  }
}

/** Most lines have single spaces alone, which are split faster. */
function wordsOf(line: string): string[] {
  return ODD_SPACE.test(line) ? line.split(/\s+/) : line.split(' ');
}

const ODD_SPACE = /\s\s|[^\S ]/;

function readLine(line: string, place: Place, draft: Draft): void {
  const [head, second = '', ...rest] = wordsOf(line);
  if (head === 'dimension') {
    if (!DIMENSIONS.includes(second as Dimension)) throw new Error(`no dimension ${second}`);
    place.dimension = second as Dimension;
    place.signal = null;
  } else if (head === 'signal') {
    place.signal = second;
    place.topic = `signal-${second}`;
    draft.topics.set(place.topic, {
      id: place.topic,
      dimension: null,
      signal: second,
      patience: null,
      rule: ruleOfTopic(place.topic) ?? null,
    });
  } else if (head === 'topic') {
    place.topic = second;
    const { dimension, signal } = place;
    const patience = rest[0] === 'timed' ? Number(rest[1]) : null;
    draft.topics.set(second, { id: second, dimension, signal, patience, rule: null });
  } else if (head === 'let') {
    draft.lets.set(second, rest.slice(1).join('|'));
  } else {
    for (const words of phrases([second, ...rest])) {
      readCue(head as string, words, place.topic, draft);
    }
  }
}

/** `a b ; c d` are two phrases. */
function phrases(words: readonly string[]): (readonly string[])[] {
  if (!words.includes(';')) return words.length === 0 ? [] : [words];
  const found: string[][] = [[]];
  for (const word of words) {
    if (word === ';') found.push([]);
    else found.at(-1)?.push(word);
  }
  return found.filter((phrase) => phrase.length > 0);
}

const POLARITIES: Readonly<Record<string, Polarity>> = { '-': -1, '=': 0, '+': 1, '++': 2, p: 0 };

function readCue(mark: string, words: readonly string[], topic: string, draft: Draft): void {
  const id = `${topic}: ${words.join(' ')}`;
  const fixed = mark.endsWith('!');
  const polarity = POLARITIES[fixed ? mark.slice(0, -1) : mark];
  if (polarity === undefined) throw new Error(`"${mark}" is none of - + ++ = p`);
  const about = draft.topics.get(topic);
  if (about === undefined) throw new Error('a cue before the first topic');
  const pattern = words.map((word) => {
    const isOptional = word.startsWith('?');
    return { element: elementOf(isOptional ? word.slice(1) : word, draft), isOptional };
  });
  const isBlind = ({ element }: Step) => element.is === 'gap';
  if (pattern[0] === undefined || isBlind(pattern[0]) || pattern[0].isOptional) {
    throw new Error('a cue begins with a word or a quantity');
  }
  draft.cues.push({ id, topic, about, polarity, fixed, promiseOnly: mark === 'p', pattern });
}

function elementOf(word: string, draft: Draft): Element {
  const known = draft.elements.get(word);
  if (known !== undefined) return known;
  const element = readElement(word, draft.lets);
  draft.elements.set(word, element);
  return element;
}
