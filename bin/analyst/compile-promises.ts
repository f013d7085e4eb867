import type { Brand } from '../../src/brands/brand.ts';
import type { CompiledPromise, PromiseFinding } from '../../src/classification/compile.ts';
import {
  type ExaminedPromise,
  type ExaminedRegister,
  examineRegister,
} from '../../src/classification/examine-register.ts';
import { durationWords } from '../../src/classification/example-sentences.ts';
import { registerOf } from '../../src/classification/promises.ts';
import { EXIT, Refusal, type World } from '../command.ts';
import { openClassifier } from '../open-classifier.ts';
import { readConfigFile } from '../read-config-file.ts';
import { choose } from './choose.ts';

export interface CompileFlags {
  readonly config: string;
  readonly brand?: string;
  readonly json?: boolean;
}

/**
 * Shows what each promise of a file is judged by. Reads the file alone: nothing needs to be deployed.
 *
 * @throws {Refusal} when a promise cannot be judged, after all of them were shown
 */
export function compilePromisesCommand(flags: CompileFlags, world: World): void {
  const { brands } = readConfigFile(flags.config, world.cwd);
  const ids = brands.map(({ id }) => id);
  const wanted = flags.brand === undefined ? undefined : choose('brand', flags.brand, ids);
  const shown = brands.filter(({ id }) => wanted === undefined || id === wanted);
  const { classifier, assets } = openClassifier();
  const examined = shown.map((brand) => ({
    brand,
    register: examineRegister(registerOf(brand), classifier, assets.cues),
  }));
  if (flags.json === true)
    world.print(JSON.stringify({ brands: examined.map((one) => asJson(one.brand, one.register)) }));
  else for (const { brand, register } of examined) printRegister(brand, register, world);
  refuseUnjudgeable(examined.flatMap(({ register }) => register.findings));
}

function refuseUnjudgeable(findings: readonly PromiseFinding[]): void {
  const bad = findings.filter(({ kind }) => kind === 'unjudgeable').map(({ promise }) => promise);
  if (bad.length > 0)
    throw new Refusal(
      `${bad.join(', ')}: cannot be judged. apply and config check refuse it.`,
      EXIT.problems,
    );
}

function asJson(brand: Brand, { promises, findings }: ExaminedRegister) {
  return {
    brand: brand.id,
    defaultRegister: brand.promises.length === 0,
    promises: promises.map(({ id, version, text, compiled, examples }) => ({
      promise: id,
      version,
      text,
      ...(compiled === undefined ? { judgeable: false } : fieldsOf(compiled)),
      examples,
    })),
    findings,
  };
}

function fieldsOf(compiled: CompiledPromise) {
  const { from, until, dimensions, topics, stems, limit, keywords, antiKeywords } = compiled;
  const phrases = (all: typeof keywords) => all.map((words) => words.join(' '));
  return {
    judgeable: true,
    from,
    until,
    dimensions,
    topics: [...topics],
    stems,
    thresholdSeconds: limit,
    keywords: phrases(keywords),
    antiKeywords: phrases(antiKeywords),
  };
}

function printRegister(brand: Brand, { promises, findings }: ExaminedRegister, world: World) {
  const note =
    brand.promises.length === 0 ? ': lists no promises and is judged by the default register' : '';
  world.print(`${brand.name}${note}`);
  for (const promise of promises) {
    world.print('');
    for (const line of linesOf(promise)) world.print(line);
    for (const { kind, problem, suggestion } of findings.filter((f) => f.promise === promise.id)) {
      world.print(`  ${kind.padEnd(12)}${problem}`);
      world.print(`  ${'instead'.padEnd(12)}${suggestion}`);
    }
  }
  world.print('');
}

function linesOf({ id, version, text, compiled, examples }: ExaminedPromise): string[] {
  const title = `${id}@${version}  ${text}`;
  if (compiled === undefined) return [title];
  const { dimensions, topics, stems, keywords, antiKeywords, from, until } = compiled;
  const line = (name: string, value: string) =>
    value === '' ? [] : [`  ${name.padEnd(12)}${value}`];
  const phrases = (all: typeof keywords) => all.map((words) => words.join(' ')).join(', ');
  return [
    title,
    ...line('dimensions', dimensions.join(', ')),
    ...line('topics', [...topics].join(', ')),
    ...line('stems', stems.join(', ')),
    ...line('threshold', compiled.limit === null ? 'none' : durationWords(compiled.limit)),
    ...line('keywords', phrases(keywords)),
    ...line('not', phrases(antiKeywords)),
    ...line('holds', validity(from, until)),
    '  would judge',
    ...examples.map(
      ({ outcome, confidence, text: said, also }) =>
        `    ${outcome.padEnd(9)}${confidence.toFixed(2)}  ${said}${also.length > 0 ? `  (also ${also.join(', ')})` : ''}`,
    ),
  ];
}

function validity(from: string | null, until: string | null): string {
  if (from === null && until === null) return '';
  return [from === null ? '' : `from ${from}`, until === null ? '' : `until ${until}`]
    .filter((part) => part !== '')
    .join(' ');
}
