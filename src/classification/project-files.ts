import * as YAML from 'yaml';
import * as z from 'zod';
import { parse, parseJson } from '../parse.ts';
import { ProjectRow } from './project-rows.ts';
import type { PromiseText } from './promises.ts';

const Promises = z.array(
  z.looseObject({
    id: z.string().min(1),
    text: z.string().min(1),
    keywords: z.array(z.string()).optional(),
    antiKeywords: z.array(z.string()).optional(),
  }),
);

/** A bare list of promises, a file with `promises:`, or a whole configuration with `brands:`. */
const Register = z.union([
  Promises,
  z.looseObject({ promises: Promises }).transform((file) => file.promises),
  z
    .looseObject({ brands: z.array(z.looseObject({ promises: Promises.optional() })) })
    .transform((file) => file.brands.flatMap((brand) => brand.promises ?? [])),
]);

/**
 * The promises of a register file; of each only id, text, dimensions and keywords count.
 *
 * @throws {Error} naming the file and what is wrong with it
 */
export function readRegister(yaml: string, name: string): PromiseText[] {
  return parse(Register, readYaml(yaml, name), `register ${name}`) as PromiseText[];
}

/**
 * The labelled mentions of a JSONL file.
 *
 * @throws {Error} naming the file and the line that is no labelled mention
 */
export function readProjectRows(jsonl: string, name: string): ProjectRow[] {
  const text = jsonl.startsWith('\uFEFF') ? jsonl.slice(1) : jsonl;
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    return [parseJson(ProjectRow, line, `${name}, line ${index + 1}`)];
  });
}

function readYaml(yaml: string, name: string): unknown {
  try {
    return YAML.parse(yaml);
  } catch (error) {
    throw new Error(`register ${name} is not YAML: ${String(error)}`, { cause: error });
  }
}
