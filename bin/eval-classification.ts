import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { loadAssets } from '../src/classification/assets.ts';
import { SENTIMENTS } from '../src/classification/classification.ts';
import { createClassifier } from '../src/classification/classifier.ts';
import {
  type Judged,
  scoreDimensions,
  scorePromises,
  scoreSentiment,
} from '../src/classification/evaluate.ts';
import { loadLanguageDetector } from '../src/classification/language.ts';
import { readProjectRows, readRegister } from '../src/classification/project-files.ts';
import { type ProjectRow, rowInput } from '../src/classification/project-rows.ts';
import { type CompiledRegister, compileRegister } from '../src/classification/promises.ts';
import { cleanText } from '../src/classification/training-data.ts';
import { evaluationReport } from './evaluation/report.ts';

const USAGE = `npm run eval:classification -- --set FILE.jsonl [--kind review|social|news|forum] [--promises FILE|DIR]
npm run eval:classification -- --data DIR [--write FILE]

The first scores one file of rows {t, y} or {t, labels:[{promise, outcome, quote?}]} and ends with one
JSON line. --promises is a register file, or a folder with one per "register" of the rows.
--detect asks the language detector instead of taking the rows for English.
The second compares with four libraries on the development sets and writes the report.`;

const ROOT = join(import.meta.dirname, '..');
const ASSETS = join(ROOT, 'src/classification/assets');
const KINDS = ['review', 'social', 'news', 'forum'] as const;

try {
  await main(options());
} catch (error) {
  const text = error instanceof Error ? error : new Error(String(error));
  console.error(process.env['PROMISEWATCH_DEBUG'] ? text.stack : text.message);
  process.exitCode = 2;
}

function options() {
  try {
    return parseArgs({
      options: {
        set: { type: 'string' },
        kind: { type: 'string' },
        promises: { type: 'string' },
        detect: { type: 'boolean', default: false },
        data: { type: 'string' },
        write: { type: 'string', default: join(ROOT, 'docs/evaluation/classification.md') },
      },
    }).values;
  } catch (error) {
    throw misuse(error instanceof Error ? error.message : String(error));
  }
}

function misuse(sentence: string): Error {
  return new Error(`${sentence}\n\n${USAGE}`);
}

type Values = ReturnType<typeof options>;

async function main(values: Values): Promise<void> {
  if (values.set !== undefined) await scoreSet(values.set, values);
  else if (values.data !== undefined) {
    const page = evaluationReport(values.data, ASSETS, (line) => console.log(line));
    writeFileSync(values.write, page);
  } else throw misuse('--set or --data is needed.');
}

function kindOf(given: string | undefined) {
  const kind = KINDS.find((one) => one === given);
  if (given === undefined || kind !== undefined) return kind;
  throw misuse(`--kind takes one of ${KINDS.join(', ')}, not "${given}"`);
}

async function scoreSet(file: string, values: Values): Promise<void> {
  const kind = kindOf(values.kind);
  const detect = values.detect ? await loadLanguageDetector() : null;
  const classifier = createClassifier(loadAssets(ASSETS), detect);
  const rows = readProjectRows(readFileSync(file, 'utf8'), file).map((row) =>
    asRead(kind === undefined ? row : { ...row, kind }),
  );
  const registerOf = registers(values.promises);
  const inputs = rows.map((row) => ({
    row,
    register: registerOf(row),
    input: { ...rowInput(row), lang: values.detect ? null : 'en' },
  }));
  warnOfLabels(inputs, values.promises !== undefined);
  const start = performance.now();
  const judged: Judged[] = inputs.map(({ row, register, input }) => ({
    label: row.y,
    labels: row.labels,
    dimensions: row.dimensions,
    classification: classifier.classify(input, register),
  }));
  const seconds = (performance.now() - start) / 1000;
  const sentiment = scoreSentiment(judged);
  const result = {
    ...sentiment,
    n: rows.length,
    textsPerSecond: Math.round(rows.length / seconds),
    ...(values.promises === undefined ? {} : { promises: scorePromises(judged) }),
    ...(rows.some((row) => row.dimensions) ? { dimensions: scoreDimensions(judged) } : {}),
  };
  console.log(JSON.stringify(result, rounded));
}

/** Labels that no answer can match count as wrong; a misspelt one must not pass for a bad classifier. */
function warnOfLabels(
  inputs: readonly { row: ProjectRow; register: CompiledRegister }[],
  hasPromises: boolean,
): void {
  const foreign = inputs.flatMap(({ row: { y } }) =>
    y === undefined || SENTIMENTS.some((label) => label === y) ? [] : [y],
  );
  say(foreign, `label y is none of ${SENTIMENTS.join(', ')} and counts as wrong`);
  if (!hasPromises) return;
  const unknown = inputs.flatMap(({ row, register }) =>
    (row.labels ?? []).flatMap(({ promise }) =>
      register.promises.some(({ id }) => id === promise) ? [] : [promise],
    ),
  );
  say(unknown, 'promise of a label is not in the register and counts as missed');
}

function say(found: readonly string[], what: string): void {
  const names = [...new Set(found)].slice(0, 5).map((name) => `"${name}"`);
  if (found.length > 0) console.error(`a ${what}, ${found.length} in all: ${names.join(', ')}`);
}

/** A row with its text and quotes as the sources hand them on: entities and escapes of its file resolved. */
function asRead(row: ProjectRow): ProjectRow {
  const labels = row.labels?.map((label) =>
    label.quote === undefined ? label : { ...label, quote: cleanText(label.quote) },
  );
  return { ...row, t: cleanText(row.t), ...(labels === undefined ? {} : { labels }) };
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 10_000) / 10_000 : value;
}

/** The register of a row: one file for all, or the one that the row names. */
function registers(path: string | undefined): (row: ProjectRow) => CompiledRegister {
  if (path === undefined) {
    const none = compileRegister([]);
    return () => none;
  }
  const read = (file: string) => compileRegister(readRegister(readFileSync(file, 'utf8'), file));
  if (!statSync(path).isDirectory()) {
    const only = read(path);
    return () => only;
  }
  const names = readdirSync(path).filter((name) => name.endsWith('.yaml'));
  const known = new Map(names.map((name) => [name.slice(0, -5), read(join(path, name))]));
  return (row) => {
    const register = known.get(z.string().parse(row.register ?? 'default'));
    if (register === undefined)
      throw new Error(`${path} holds no register ${row.register ?? 'default'}.yaml`);
    return register;
  };
}
