import { UsageError, type World } from '../command.ts';

/** What every note has: who, when, and a text of at most 500 characters. */
export function noteHead(
  brand: string,
  { by, text = '' }: { readonly by: string | undefined; readonly text: string | undefined },
  now: Date,
  { env, randomBytes }: Pick<World, 'env' | 'randomBytes'>,
) {
  if (text.length > 500) throw new UsageError('a note has at most 500 characters');
  const name = (by ?? env['USER'] ?? env['USERNAME'] ?? 'unknown').trim().slice(0, 100);
  return {
    brand,
    id: randomBytes(6).toString('hex'),
    at: now.toISOString(),
    by: name === '' ? 'unknown' : name,
    text,
  };
}
