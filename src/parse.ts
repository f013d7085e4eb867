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
