/**
 * Writes one log line as an object; Lambda's JSON log format keeps it searchable.
 * Only ids, counts and codes go in: never text, authors or addresses.
 */
export function log(
  event: string,
  fields: Record<string, string | number | boolean | null> = {},
): void {
  console.info({ event, ...fields });
}

/** Logs a failure with its chain of causes: Lambda's own serialiser drops nested causes. */
export function logError(
  event: string,
  error: unknown,
  fields: Record<string, string | number> = {},
): void {
  const causes: string[] = [];
  for (let cause = error; cause !== undefined && causes.length < 5; )
    if (cause instanceof Error) {
      causes.push(`${cause.name}: ${cause.message}`);
      cause = cause.cause;
    } else {
      causes.push(String(cause));
      break;
    }
  console.error({ event, ...fields, error: causes[0] ?? 'unknown', causes: causes.slice(1) });
}
