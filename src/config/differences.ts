import type { Settings } from './config.ts';

/** One change between two configurations, by the path that a person finds it under. */
export interface Difference {
  readonly change: 'added' | 'removed' | 'changed';
  /** As in `brands.acme.promises.fast.text`: members of lists by their id or address. */
  readonly path: string;
  /** JSON of what was and what is, shortened; undefined on the side where there is nothing. */
  readonly before?: string;
  readonly after?: string;
}

const MAX_VALUE = 80;

/** What `apply` would change, in the order of the file. */
export function differences(before: Settings | undefined, after: Settings): Difference[] {
  return compare('', before ?? {}, after);
}

function compare(path: string, before: unknown, after: unknown): Difference[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  // A list that was not there is one without members.
  const none = (other: unknown) => (Array.isArray(other) ? [] : undefined);
  const [was, is] = [members(before ?? none(after)), members(after ?? none(before))];
  // A whole brand or source that comes or goes is one line, not thirty.
  if (was === undefined || is === undefined) {
    if (before === undefined) return [{ change: 'added', path, after: short(after) }];
    if (after === undefined) return [{ change: 'removed', path, before: short(before) }];
    return [{ change: 'changed', path, before: short(before), after: short(after) }];
  }
  const keys = [...new Set([...is.keys(), ...was.keys()])];
  return keys.flatMap((key) =>
    compare(path === '' ? key : `${path}.${key}`, was.get(key), is.get(key)),
  );
}

/** What a value consists of: fields of an object, members of a list with ids. Undefined for anything else. */
function members(value: unknown): Map<string, unknown> | undefined {
  if (Array.isArray(value)) {
    const named = value.map((item: unknown) => [nameOf(item), item] as const);
    return named.every(([name]) => name !== undefined)
      ? new Map(named as [string, unknown][])
      : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map(Object.entries(value));
}

function nameOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const { id, email } = item as { id?: unknown; email?: unknown };
  const name = id ?? email;
  return typeof name === 'string' ? name : undefined;
}

function short(value: unknown): string {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const { name, text } = value as { name?: unknown; text?: unknown };
    const title = name ?? text;
    if (typeof title === 'string') return JSON.stringify(title);
  }
  const json = JSON.stringify(value) ?? '';
  return json.length <= MAX_VALUE ? json : `${json.slice(0, MAX_VALUE - 1)}…`;
}

/** What a person should know before they apply it. */
export function consequences(found: readonly Difference[]): string[] {
  return found.flatMap(({ change, path }) => {
    const rule = CONSEQUENCES.find(
      ({ pattern, when }) => pattern.test(path) && (when === undefined || when === change),
    );
    const id = rule?.pattern.exec(path)?.[1] ?? path;
    return rule === undefined ? [] : [`${rule.what} ${id}: ${rule.note}`];
  });
}

const LEARNS = 'learns for 28 days with data before it can open an incident';
const ID = '([a-z0-9-]+)';

const CONSEQUENCES: readonly {
  readonly pattern: RegExp;
  readonly when?: Difference['change'];
  readonly what: string;
  readonly note: string;
}[] = [
  {
    pattern: new RegExp(`^brands\\.${ID}$`),
    when: 'removed',
    what: 'brand',
    note: 'what is stored stays until its retention ends',
  },
  {
    pattern: new RegExp(`\\.sources\\.${ID}$`),
    when: 'added',
    what: 'source',
    note: LEARNS,
  },
  {
    pattern: new RegExp(`\\.promises\\.${ID}$`),
    when: 'added',
    what: 'promise',
    note: LEARNS,
  },
  {
    pattern: new RegExp(`\\.promises\\.${ID}$`),
    when: 'removed',
    what: 'promise',
    note: 'no longer judged; never use its id for another promise',
  },
  {
    pattern: new RegExp(`\\.promises\\.${ID}\\.text$`),
    what: 'promise',
    note: 'its words change; raise its version, so that old verdicts stay with the old words',
  },
  {
    pattern: /^(?:brands\.([a-z0-9-]+)\.)?timeZone$/,
    what: 'time zone',
    note: 'days begin at another hour; days already counted keep their old bounds',
  },
];
