import type { Stack, Template } from './assembly.ts';
import { type Identity, identify, nameProperty, type Place } from './resource-types.ts';

/** A resource with every intrinsic function of its properties worked out. */
export type ResolvedResource = Identity & {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
};

export type Resolved = {
  readonly resources: readonly ResolvedResource[];
  /** Outputs of every stack by key; where two stacks share a key, the later stack wins. */
  readonly outputs: Readonly<Record<string, string>>;
};

/**
 * Works out every property of every resource of a set of stacks, references between stacks included.
 *
 * @throws {Error} on an intrinsic function or a reference it does not know, with the place where it stands
 */
export function resolveStacks(stacks: readonly Stack[], place: Place): Resolved {
  const scopes: Scope[] = stacks.map(
    (stack) => new Scope(stack, place, (name): unknown => importValue(scopes, name)),
  );
  return {
    resources: scopes.flatMap((scope) => scope.resources()),
    outputs: Object.assign({}, ...scopes.map((scope) => scope.outputs())),
  };
}

function importValue(scopes: readonly Scope[], name: string): unknown {
  for (const scope of scopes) {
    const found = scope.exported(name);
    if (found !== undefined) return found.value;
  }
  throw new Error(`no stack exports "${name}"`);
}

type Intrinsic = (scope: Scope, argument: unknown) => unknown;

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (scope, name) => scope.reference(String(name)),
  'Fn::GetAtt': (scope, path) => {
    const [logicalId = '', ...attribute] = Array.isArray(path)
      ? path.map(String)
      : String(path).split('.');
    return scope.attribute(logicalId, attribute.join('.'));
  },
  'Fn::Join': (scope, argument) => {
    const [separator, parts] = scope.list(argument);
    return scope.list(parts).map(text).join(text(separator));
  },
  'Fn::Sub': (scope, argument) => substitute(scope, argument),
  'Fn::Select': (scope, argument) => {
    const [index, from] = scope.list(argument);
    return scope.list(from)[Number(index)];
  },
  'Fn::Split': (scope, argument) => {
    const [separator, from] = scope.list(argument);
    return text(from).split(text(separator));
  },
  'Fn::ImportValue': (scope, name) => scope.imported(text(scope.resolve(name))),
  'Fn::FindInMap': (scope, argument) => {
    const [map, first, second] = scope.list(argument);
    return scope.mapping(text(map), text(first), text(second));
  },
  'Fn::Base64': (scope, value) => Buffer.from(text(scope.resolve(value))).toString('base64'),
  'Fn::GetAZs': (scope) => ['a', 'b', 'c'].map((zone) => `${scope.place.region}${zone}`),
  'Fn::If': (scope, argument) => {
    const [condition, yes, no] = argument as [string, unknown, unknown];
    return scope.resolve(scope.condition(condition) ? yes : no);
  },
  'Fn::Equals': (scope, argument) => {
    const [left, right] = scope.list(argument);
    return JSON.stringify(left) === JSON.stringify(right);
  },
  'Fn::And': (scope, argument) => scope.list(argument).every(Boolean),
  'Fn::Or': (scope, argument) => scope.list(argument).some(Boolean),
  'Fn::Not': (scope, argument) => !scope.list(argument)[0],
  'Fn::Contains': (scope, argument) => {
    const [list, value] = scope.list(argument);
    return scope.list(list).includes(value);
  },
  Condition: (scope, name) => scope.condition(String(name)),
};

/** `{ Ref: 'AWS::NoValue' }`: the property that holds it is left out. */
const NO_VALUE = Symbol('AWS::NoValue');

/** One stack's names: everything a template expression may refer to. */
class Scope {
  readonly place: Place;
  readonly #stack: Stack;
  readonly #template: Template;
  readonly #import: (name: string) => unknown;
  readonly #identities = new Map<string, Identity>();

  constructor(stack: Stack, place: Place, imported: (name: string) => unknown) {
    this.#stack = stack;
    this.#template = stack.template;
    this.place = place;
    this.#import = imported;
  }

  resources(): ResolvedResource[] {
    return Object.entries(this.#template.Resources)
      .filter(([, { Condition }]) => Condition === undefined || this.condition(Condition))
      .map(([logicalId, { Type, Properties }]) => {
        const where = `${this.#stack.name}/${logicalId}`;
        const properties = located(where, () => this.resolve(Properties));
        return {
          stack: this.#stack.name,
          logicalId,
          type: Type,
          properties: properties as Record<string, unknown>,
          ...this.#identity(logicalId),
        };
      });
  }

  outputs(): Record<string, string> {
    return Object.fromEntries(
      Object.entries(this.#template.Outputs)
        .filter(([, { Condition }]) => Condition === undefined || this.condition(Condition))
        .map(([key, { Value }]) => [
          key,
          located(`${this.#stack.name} output ${key}`, () => text(this.resolve(Value))),
        ]),
    );
  }

  exported(name: string): { value: unknown } | undefined {
    for (const { Value, Export } of Object.values(this.#template.Outputs)) {
      if (Export !== undefined && this.resolve(Export.Name) === name) {
        return { value: this.resolve(Value) };
      }
    }
    return undefined;
  }

  imported(name: string): unknown {
    return this.#import(name);
  }

  resolve(value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map((entry) => this.resolve(entry)).filter((entry) => entry !== NO_VALUE);
    }
    if (typeof value !== 'object' || value === null) return value;
    const keys = Object.keys(value);
    const [key = ''] = keys;
    if (keys.length === 1 && (key in INTRINSICS || key.startsWith('Fn::'))) {
      const intrinsic = INTRINSICS[key];
      const argument = (value as Record<string, unknown>)[key];
      // A policy statement's own "Condition" block is an object, CloudFormation's is a name.
      const isBlock = key === 'Condition' && typeof argument !== 'string';
      if (intrinsic === undefined) throw new Error(`${key} is not supported by the local run`);
      if (!isBlock) return intrinsic(this, argument);
    }
    return Object.fromEntries(
      Object.entries(value)
        .map(([name, entry]) => [name, this.resolve(entry)] as const)
        .filter(([, entry]) => entry !== NO_VALUE),
    );
  }

  /** The resolved value, which must be a list. */
  list(value: unknown): unknown[] {
    const resolved = this.resolve(value);
    if (!Array.isArray(resolved))
      throw new Error(`expected a list, found ${JSON.stringify(resolved)}`);
    return resolved;
  }

  reference(name: string): unknown {
    const pseudo: Readonly<Record<string, unknown>> = {
      'AWS::AccountId': this.place.account,
      'AWS::Region': this.place.region,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': this.#stack.name,
      'AWS::StackId': `arn:aws:cloudformation:${this.place.region}:${this.place.account}:stack/${this.#stack.name}/local`,
      'AWS::NotificationARNs': [],
      'AWS::NoValue': NO_VALUE,
    };
    if (name in pseudo) return pseudo[name];
    const parameter = this.#template.Parameters[name];
    if (parameter !== undefined) return parameter.Default;
    return this.#identity(name).ref;
  }

  attribute(logicalId: string, attribute: string): string {
    const { attributes, physicalName } = this.#identity(logicalId);
    // What only the deployed service could tell (DKIM tokens, alias targets) gets a readable stand-in.
    return attributes[attribute] ?? `${physicalName}.${attribute}`;
  }

  condition(name: string): boolean {
    if (!(name in this.#template.Conditions)) throw new Error(`there is no condition "${name}"`);
    return this.resolve(this.#template.Conditions[name]) === true;
  }

  mapping(map: string, first: string, second: string): unknown {
    const value = this.#template.Mappings[map]?.[first]?.[second];
    if (value === undefined) throw new Error(`there is no mapping ${map}.${first}.${second}`);
    return value;
  }

  #identity(logicalId: string): Identity {
    const known = this.#identities.get(logicalId);
    if (known !== undefined) return known;
    const resource = this.#template.Resources[logicalId];
    if (resource === undefined) throw new Error(`there is no resource "${logicalId}"`);
    const property = nameProperty(resource.Type);
    const identity = identify(
      { stack: this.#stack.name, logicalId, type: resource.Type },
      { [property]: this.resolve(resource.Properties[property]) },
      this.place,
    );
    this.#identities.set(logicalId, identity);
    return identity;
  }
}

function substitute(scope: Scope, argument: unknown): string {
  const [template, variables] = Array.isArray(argument)
    ? (argument as [string, Record<string, unknown>])
    : [String(argument), {}];
  return template.replace(/\$\{(!?)([^}]*)\}/g, (_whole, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    if (name in variables) return text(scope.resolve(variables[name]));
    const [logicalId = '', ...attribute] = name.split('.');
    return text(
      attribute.length === 0
        ? scope.reference(name)
        : scope.attribute(logicalId, attribute.join('.')),
    );
  });
}

function text(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function located<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`${where}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}
