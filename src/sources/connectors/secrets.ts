import type * as z from 'zod';
import type { SourceFailure } from '../source-answer.ts';
import type { ReadContext } from './connector.ts';
import { connectorFailure } from './failures.ts';

/** The JSON of a secret, checked. What it holds never appears in a failure. */
export async function readSecret<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  { secret }: Pick<ReadContext, 'secret'>,
): Promise<{ readonly status: 'ok'; readonly value: z.output<Schema> } | SourceFailure> {
  const stored = await secret(name);
  if (stored === undefined) return connectorFailure('SECRET_MISSING');
  let json: unknown;
  try {
    json = JSON.parse(stored);
  } catch {
    return connectorFailure('SECRET_UNREADABLE');
  }
  const read = schema.safeParse(json);
  return read.success ? { status: 'ok', value: read.data } : connectorFailure('SECRET_UNREADABLE');
}
