import { UsageError, type World } from '../command.ts';

/** What every note has: who, when, and a text of at most 500 characters. */
export function noteHead(
  brand: string,
  { by, text = '' }: { readonly by: string | undefined; readonly text: string | undefined },
  now: Date,
  { env, randomBytes, now: realNow }: Pick<World, 'env' | 'randomBytes' | 'now'>,
) {
  if (text.length > 500) throw new UsageError('a note has at most 500 characters');
  const name = (by ?? env['USER'] ?? env['USERNAME'] ?? 'unknown').trim().slice(0, 100);
  return {
    brand,
    // The clock of a stopped local run stands still: of two notes the later one must still sort behind.
    id: `${realNow().getTime().toString(16).padStart(12, '0')}${randomBytes(6).toString('hex')}`,
    at: now.toISOString(),
    by: name === '' ? 'unknown' : name,
    text,
  };
}
