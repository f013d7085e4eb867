import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { SourceKind } from '../src/brands/source-settings.ts';
import { loadAssets } from '../src/classification/assets.ts';
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

const USAGE = `usage: node bin/eval-classification.ts --set FILE.jsonl [--kind review|social|news|forum] [--promises FILE|DIR]
       node bin/eval-classification.ts --data DIR [--write FILE]

The first scores one file of rows {t, y} or {t, labels:[{promise, outcome, quote?}]} and ends with one
JSON line. --promises is a register file, or a folder with one per "register" of the rows.
--detect asks the language detector instead of taking the rows for English.
The second compares with four libraries on the development sets and writes the report.`;

const ROOT = join(import.meta.dirname, '..');
const ASSETS = join(ROOT, 'src/classification/assets');
const { values } = parseArgs({
  options: {
    set: { type: 'string' },
    kind: { type: 'string' },
    promises: { type: 'string' },
    detect: { type: 'boolean', default: false },
    data: { type: 'string' },
    write: { type: 'string', default: join(ROOT, 'docs/evaluation/classification.md') },
  },
});

if (values.set !== undefined) await scoreSet(values.set);
else if (values.data !== undefined) {
  writeFileSync(
    values.write,
    evaluationReport(values.data, ASSETS, (line) => console.log(line)),
  );
} else {
  console.error(USAGE);
  process.exitCode = 2;
}

async function scoreSet(file: string): Promise<void> {
  const detect = values.detect ? await loadLanguageDetector() : null;
  const classifier = createClassifier(loadAssets(ASSETS), detect);
  const kind = values.kind === undefined ? undefined : SourceKind.parse(values.kind);
  const rows = readProjectRows(readFileSync(file, 'utf8'), file).map((row) =>
    asRead(kind === undefined ? row : { ...row, kind }),
  );
  const registerOf = registers(values.promises);
  const inputs = rows.map((row) => ({
    row,
    register: registerOf(row),
    input: { ...rowInput(row), lang: values.detect ? null : 'en' },
  }));
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
    if (register === undefined) throw new Error(`${path} holds no register ${row.register}.yaml`);
    return register;
  };
}
