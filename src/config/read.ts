import {
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  Scalar,
  visit,
} from 'yaml';
import * as z from 'zod';
import { Config } from './config.ts';
import { brokenRules } from './rules.ts';
import { sentence, syntaxMistakes, valueAt } from './sentences.ts';
import { closest } from './suggest.ts';

/** One mistake in promisewatch.yaml, with the place a person can jump to. */
export interface ConfigMistake {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Dotted path of the setting, e.g. `brands.0.id`; empty for the file itself. */
  readonly path: string;
  /** The rule that is broken and what to write instead. */
  readonly message: string;
}

export type ReadConfig =
  | { readonly status: 'ok'; readonly config: Config }
  | { readonly status: 'invalid'; readonly mistakes: readonly ConfigMistake[] };

/**
 * Reads promisewatch.yaml and reports every mistake at once, in the order of the file.
 *
 * @param text the file's content; YAML 1.2, in which an alias is a mistake (JSON is YAML, too)
 */
export function readConfig(text: string): ReadConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
  });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (document.errors.length > 0)
    return {
      status: 'invalid',
      mistakes: syntaxMistakes(
        document.errors.map(({ code, message, pos }) => ({ code, message, place: place(pos[0]) })),
      ),
    };
  const aliases = takeAliases(document);
  const written: unknown = document.toJS();
  if (!holdsSettings(written))
    return {
      status: 'invalid',
      mistakes: [{ line: 1, column: 1, path: '', message: NO_SETTINGS }],
    };
  const result = Config.safeParse(written);
  const broken = brokenRules(written);
  if (result.success && broken.length === 0 && aliases.size === 0)
    return { status: 'ok', config: result.data };

  const mistakes = [...aliases].map(([offset, name]) => ({
    ...place(offset),
    path: '',
    message: `uses a YAML alias (*${name}). Write the value out`,
  }));
  for (const issue of result.error?.issues ?? []) {
    const offset = valueOffset(document, issue.path);
    // What stands behind an alias is not known, so nothing is said about it.
    if (aliases.has(offset)) continue;
    const path = issue.path.map(String).join('.');
    if (issue.code !== 'unrecognized_keys')
      mistakes.push({ ...place(offset), path, message: sentence(issue, written) });
    else
      for (const key of issue.keys)
        mistakes.push({
          ...place(keyOffset(document, issue.path, key)),
          path,
          message: unknownSetting(key, issue.path, written),
        });
  }
  for (const { path, message } of broken)
    mistakes.push({ ...place(valueOffset(document, path)), path: path.join('.'), message });
  return {
    status: 'invalid',
    mistakes: mistakes.toSorted((a, b) => a.line - b.line || a.column - b.column),
  };
}

const holdsSettings = (written: unknown) =>
  typeof written === 'object' && written !== null && !Array.isArray(written);

const NO_SETTINGS =
  'holds no settings, as in "timeZone: Europe/London". "promisewatch init" writes a file to begin with';

/** `promisewatch.yaml:3:9  email.from  Invalid email address`, one line a mistake. */
export function formatMistakes(file: string, mistakes: readonly ConfigMistake[]): string {
  return mistakes
    .map(({ line, column, path, message }) =>
      [`${file}:${line}:${column}`, path, message].filter((part) => part !== '').join('  '),
    )
    .join('\n');
}

/** Where the settings of a file stand, by path; nowhere means its beginning. */
export function placesIn(
  text: string,
): (path: readonly PropertyKey[]) => Pick<ConfigMistake, 'line' | 'column'> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  return (path) => {
    const { line, col } = lines.linePos(valueOffset(document as Document, path));
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
}

type Document = ReturnType<typeof parseDocument>;

/**
 * Puts an empty value where an alias stood, so that the rest of the file is checked with it: followed, a few lines
 * of aliases of aliases would become more than memory holds.
 *
 * @returns the names by the offset at which each is used
 */
function takeAliases(document: Document): Map<number, string> {
  const aliases = new Map<number, string>();
  visit(document, {
    Alias(_key, alias) {
      const empty = new Scalar(null);
      empty.range = alias.range ?? null;
      aliases.set(start(alias), alias.source);
      return empty;
    },
  });
  return aliases;
}

/** The value an issue is about; its nearest existing parent when the setting is missing. */
function valueOffset(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node)) return start(node);
  }
  return 0;
}

function keyOffset(document: Document, path: readonly PropertyKey[], key: string): number {
  const node = path.length === 0 ? document.contents : document.getIn([...path], true);
  if (isMap(node))
    for (const pair of node.items)
      if (isScalar(pair.key) && String(pair.key.value) === key) return start(pair.key);
  return valueOffset(document, path);
}

const start = (node: Node): number => node.range?.[0] ?? 0;

interface JsonSchema {
  readonly properties?: Record<string, JsonSchema>;
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly const?: unknown;
  readonly default?: unknown;
}

function unknownSetting(key: string, path: readonly PropertyKey[], file: unknown): string {
  let schema: JsonSchema | undefined = z.toJSONSchema(Config, { io: 'input' }) as JsonSchema;
  for (const [index, step] of path.entries()) {
    schema = typeof step === 'number' ? schema?.items : schema?.properties?.[String(step)];
    schema = chosen(schema, valueAt(file, path.slice(0, index + 1)));
  }
  const known = Object.keys(schema?.properties ?? {});
  const guess = closest(key, known);
  const hint = guess === undefined ? `Known here: ${known.join(', ')}` : `Did you mean "${guess}"?`;
  return `unknown setting "${key}". ${hint}`;
}

/** Of several kinds of settings the one whose constants the file has; the default where it has none. */
function chosen(schema: JsonSchema | undefined, value: unknown): JsonSchema | undefined {
  return schema?.oneOf === undefined
    ? schema
    : schema.oneOf.find(({ properties = {} }) =>
        Object.entries(properties).every(
          ([name, property]) =>
            property.const === undefined ||
            property.const === (valueAt(value, [name]) ?? property.default),
        ),
      );
}
