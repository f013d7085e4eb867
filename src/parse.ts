import * as z from 'zod';

/**
 * Checks `input` once, at an edge, and returns it typed.
 *
 * The message names paths and rules, never values: a value may be a customer's text or a secret.
 *
 * @param what where the input came from, as its owner would call it: "answer of hacker-news", "message 4f1c"
 * @throws {Error} naming every path that breaks a rule, with the zod error as cause
 */
export function parse<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  what: string,
): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new Error(`${what} is invalid:\n${z.prettifyError(result.error)}`, { cause: result.error });
}

/**
 * The same for a text that holds JSON.
 *
 * @throws {Error} as `parse`; what the JSON parser says is kept out, because it quotes the text
 */
export function parseJson<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  what: string,
): z.output<Schema> {
  return parse(schema, readJson(text, what), what);
}

/**
 * What a text holds as JSON, not yet checked.
 *
 * @throws {Error} with the length of the text and none of its words
 */
export function readJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${what} is not JSON (${text.length} characters)`);
  }
}
