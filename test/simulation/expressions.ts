import type { Item } from '../../src/adapters/dynamodb/table.ts';

/** Names and values that an expression refers to. */
export interface Terms {
  readonly names?: Record<string, string>;
  readonly values?: Item;
}

type Test = (item: Item | undefined, terms: Terms) => boolean;
type Change = (item: Item, terms: Terms) => void;

const tests = new Map<string, Test>();
const changes = new Map<string, Change>();

/**
 * Whether an item meets a DynamoDB condition. Knows what the adapters write: `attribute_exists`,
 * `attribute_not_exists`, comparisons, AND, OR, no parentheses.
 *
 * @throws for anything else, so that an adapter that begins to use more is noticed
 */
export function meets(item: Item | undefined, condition: string, terms: Terms): boolean {
  const known = tests.get(condition) ?? anyOf(condition);
  tests.set(condition, known);
  return known(item, terms);
}

/** Applies an update expression of `SET`, `ADD` and `REMOVE` clauses to the item. */
export function applyUpdate(item: Item, update: string, terms: Terms): void {
  const known = changes.get(update) ?? readUpdate(update);
  changes.set(update, known);
  known(item, terms);
}

function anyOf(condition: string): Test {
  const options = condition.split(/ OR /).map((option) => option.split(/ AND /).map(readTest));
  return (item, terms) => options.some((all) => all.every((test) => test(item, terms)));
}

function readTest(text: string): Test {
  const call = /^(attribute_exists|attribute_not_exists)\(([#\w]+)\)$/.exec(text.trim());
  if (call !== null) {
    const wanted = call[1] === 'attribute_exists';
    const name = call[2] ?? '';
    return (item, terms) => (item?.[nameIn(name, terms)] !== undefined) === wanted;
  }
  const comparison = /^([#\w]+) (=|<>|<=|>=|<|>) (:\w+)$/.exec(text.trim());
  if (comparison === null) throw new Error(`the simulation does not know the condition "${text}"`);
  const [, left = '', operator = '', right = ''] = comparison;
  return (item, terms) => compare(item?.[nameIn(left, terms)], operator, valueIn(right, terms));
}

function compare(stored: unknown, operator: string, wanted: unknown): boolean {
  if (operator === '=') return stored === wanted;
  // As in DynamoDB, what is missing is different from everything, and in no order with anything.
  if (operator === '<>') return stored !== wanted;
  if (stored === undefined || typeof stored !== typeof wanted) return false;
  const [a, b] = [stored as string, wanted as string];
  return { '<': a < b, '<=': a <= b, '>': a > b, '>=': a >= b }[operator] ?? false;
}

function readUpdate(update: string): Change {
  const clauses = [...update.matchAll(/(SET|ADD|REMOVE) (.+?)(?= SET | ADD | REMOVE |$)/g)].flatMap(
    ([, verb = '', list = '']) => list.split(', ').map((part) => readChange(verb, part)),
  );
  if (clauses.length === 0) throw new Error(`the simulation does not know the update "${update}"`);
  return (item, terms) => {
    // Every right-hand side sees the item as it was.
    const before = { ...item };
    for (const clause of clauses) clause(item, before, terms);
  };
}

type Clause = (item: Item, before: Item, terms: Terms) => void;

function readChange(verb: string, part: string): Clause {
  if (verb === 'REMOVE')
    return (item, _before, terms) => {
      delete item[nameIn(part.trim(), terms)];
    };
  const [, name = '', operand = ''] =
    (verb === 'SET' ? /^([#\w]+) = (\S+)$/ : /^([#\w]+) (:\w+)$/).exec(part.trim()) ?? [];
  if (name === '') throw new Error(`the simulation does not know the change "${verb} ${part}"`);
  return (item, before, terms) => {
    const to = operand.startsWith(':') ? valueIn(operand, terms) : before[nameIn(operand, terms)];
    const key = nameIn(name, terms);
    item[key] = verb === 'SET' ? to : Number(before[key] ?? 0) + Number(to);
  };
}

function nameIn(name: string, { names = {} }: Terms): string {
  if (!name.startsWith('#')) return name;
  const found = names[name];
  if (found === undefined)
    throw new Error(`the expression names ${name} but does not say what it is`);
  return found;
}

function valueIn(name: string, { values = {} }: Terms): unknown {
  if (!(name in values)) throw new Error(`the expression uses ${name} but gives no value`);
  return values[name];
}
