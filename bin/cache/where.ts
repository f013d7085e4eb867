import type { Filters } from '../../src/query/filters.ts';

type Parameter = string | number;

/**
 * The filters as a condition over `stored_mentions`: the same rows as `passes` and `passesText` let through.
 */
export function whereOf(
  brand: string,
  filters: Filters,
): { readonly sql: string; readonly parameters: Parameter[] } {
  const parts: string[] = [];
  const parameters: Parameter[] = [];
  const and = (sql: string, ...values: readonly Parameter[]) => {
    parts.push(sql);
    parameters.push(...values);
  };
  const oneOf = (expression: string, values: readonly string[] | undefined) => {
    if (values !== undefined) and(`${expression} IN (${marks(values)})`, ...values);
  };
  and('brand = ?', brand);
  and('population = ?', filters.population);
  // Instants have one length, so their order as text is their order in time.
  if (filters.since !== undefined) and('at >= ?', filters.since.toISOString());
  if (filters.until !== undefined) and('at < ?', filters.until.toISOString());
  oneOf('sentiment', filters.sentiment);
  oneOf('source', filters.source);
  oneOf("coalesce(language, 'unknown')", filters.language);
  oneOf('counted', filters.counted);
  if (filters.rating === 'none') and('rating IS NULL');
  else if (filters.rating !== undefined)
    and('rating BETWEEN ? AND ?', filters.rating.from, filters.rating.to);
  const inList = (column: string, values: readonly string[] | undefined) => {
    if (values !== undefined)
      and(
        `EXISTS (SELECT 1 FROM json_each(${column}) WHERE value IN (${marks(values)}))`,
        ...values,
      );
  };
  inList('dimensions', filters.dimension);
  inList('signals', filters.signal);
  const verdict = verdictOf(filters);
  if (verdict !== undefined) and(verdict.sql, ...verdict.parameters);
  if (filters.text !== undefined) and('instr(folded, ?) > 0', filters.text.toLowerCase());
  return { sql: parts.join(' AND '), parameters };
}

function verdictOf({ promise, outcome }: Filters) {
  if (promise === undefined && outcome === undefined) return undefined;
  const parts = [
    'v.mention = stored_mentions.row',
    ...(promise === undefined ? [] : [`v.promise IN (${marks(promise)})`]),
    ...(outcome === undefined ? [] : [`v.outcome IN (${marks(outcome)})`]),
  ];
  return {
    sql: `EXISTS (SELECT 1 FROM stored_verdicts v WHERE ${parts.join(' AND ')})`,
    parameters: [...(promise ?? []), ...(outcome ?? [])],
  };
}

const marks = (values: readonly unknown[]) => values.map(() => '?').join(', ');
