import type { Quantity } from './quantities.ts';

/** A choice of words, beginnings and quantities, or up to so many words of any kind. */
export type Element =
  | {
      readonly is: 'choice';
      /** As in the file, with each `{let}` replaced. */
      readonly source: string;
      /** See `choiceOf`. */
      choice: Choice | null;
    }
  | { readonly is: 'gap'; readonly most: number };

export interface Choice {
  readonly words: readonly string[];
  readonly prefixes: readonly string[];
  readonly quantities: readonly Quantity['type'][];
}

/** So many letters a beginning has at least. */
export const PREFIX_KEY = 3;
const LONGEST_GAP = 6;

/** @throws {Error} where it names no known `let`, or a gap or beginning that is not allowed */
export function readElement(word: string, lets: ReadonlyMap<string, string>): Element {
  if (word.startsWith('..')) {
    const most = Number(word.slice(2));
    if (!(most >= 1 && most <= LONGEST_GAP)) throw new Error(`gap ${word} is not ..1 to ..6`);
    return { is: 'gap', most };
  }
  const source = word.includes('{') ? withLets(word, lets) : word;
  const element: Element = { is: 'choice', source, choice: null };
  if (source.includes('*')) checkPrefixes(choiceOf(element).prefixes, word);
  return element;
}

function withLets(word: string, lets: ReadonlyMap<string, string>): string {
  return word.replace(/\{([a-z-]+)\}/g, (_, name: string) => {
    const value = lets.get(name);
    if (value === undefined) throw new Error(`no "let ${name}" above this line`);
    return value;
  });
}

function checkPrefixes(prefixes: readonly string[], word: string): void {
  if (prefixes.some((prefix) => prefix.length < PREFIX_KEY)) {
    throw new Error(`a beginning needs ${PREFIX_KEY} letters: ${word}`);
  }
}

const QUANTITY = /^<(duration|money|ordinal|times)>$/;

/** What an element lets through; read when it is first needed, because most never are. */
export function choiceOf(element: Element & { readonly is: 'choice' }): Choice {
  element.choice ??= readChoice(element.source);
  return element.choice;
}

function readChoice(source: string): Choice {
  const words = new Set<string>();
  const prefixes: string[] = [];
  const quantities: Quantity['type'][] = [];
  for (const choice of source.split('|')) {
    const quantity = choice.startsWith('<') ? QUANTITY.exec(choice)?.[1] : undefined;
    if (quantity !== undefined) quantities.push(quantity as Quantity['type']);
    else if (choice.endsWith('*')) prefixes.push(choice.slice(0, -1));
    else if (choice !== '') words.add(choice);
  }
  return { words: [...words], prefixes, quantities };
}
