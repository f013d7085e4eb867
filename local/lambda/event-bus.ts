import type { MailEvent } from '../stand-ins/mail-events.ts';
import type { ResolvedResource } from '../template/resolve.ts';

/** EventBridge's default bus, as far as events of SES go: from destinations by rules to functions. */
export type EventBus = {
  /** Hands an event to every function whose rule matches it; nobody waits for them. */
  readonly publish: (event: MailEvent) => void;
};

export type EventBusHost = {
  readonly resources: readonly ResolvedResource[];
  /** @param target ARN of a function */
  readonly invoke: (target: string, payload: unknown) => void;
  /** A rule whose target does not let EventBridge call it. */
  readonly onDenied: (rule: string, target: string) => void;
};

type Rule = {
  readonly logicalId: string;
  readonly arn: string;
  readonly pattern: unknown;
  readonly targets: readonly string[];
};

export function createEventBus({ resources, invoke, onDenied }: EventBusHost): EventBus {
  const ofType = (wanted: string) => resources.filter(({ type }) => type === wanted);
  const destinations = ofType('AWS::SES::ConfigurationSetEventDestination').flatMap(
    ({ properties }) => readDestination(properties) ?? [],
  );
  const rules = ofType('AWS::Events::Rule').flatMap(({ logicalId, arn, properties }): Rule[] =>
    properties['State'] === 'DISABLED'
      ? []
      : [{ logicalId, arn, pattern: properties['EventPattern'], targets: targetsOf(properties) }],
  );
  const mayCall = (rule: Rule, target: string): boolean =>
    ofType('AWS::Lambda::Permission').some(
      ({ properties: { Action, FunctionName, Principal, SourceArn } }) =>
        Action === 'lambda:InvokeFunction' &&
        FunctionName === target &&
        Principal === 'events.amazonaws.com' &&
        (SourceArn === undefined || SourceArn === rule.arn),
    );
  return {
    publish: ({ kind, configurationSet, envelope }) => {
      const isTold = destinations.some(
        ({ set, kinds }) => set === configurationSet && kinds.has(kind.toLowerCase()),
      );
      if (!isTold) return;
      for (const rule of rules.filter(({ pattern }) => matchesPattern(pattern, envelope)))
        for (const target of rule.targets)
          if (mayCall(rule, target)) invoke(target, envelope);
          else onDenied(rule.logicalId, target);
    },
  };
}

function readDestination(properties: Readonly<Record<string, unknown>>) {
  const destination = properties['EventDestination'] as {
    readonly Enabled?: boolean;
    readonly EventBridgeDestination?: unknown;
    readonly MatchingEventTypes?: readonly string[];
  };
  if (destination.Enabled === false || destination.EventBridgeDestination === undefined)
    return undefined;
  return {
    set: String(properties['ConfigurationSetName']),
    kinds: new Set((destination.MatchingEventTypes ?? []).map((kind) => kind.toLowerCase())),
  };
}

function targetsOf(properties: Readonly<Record<string, unknown>>): string[] {
  const targets = (properties['Targets'] ?? []) as readonly { readonly Arn: string }[];
  return targets.map(({ Arn }) => Arn);
}

/**
 * Whether an event matches a pattern: fields by name, values by equality, arrays by a common member. Of the richer
 * comparisons only `prefix` and `exists` are known.
 *
 * @throws {Error} for a comparison that the local run cannot make
 */
export function matchesPattern(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) {
    const values = Array.isArray(event) ? event : [event];
    return pattern.some((wanted) => values.some((value) => isWanted(wanted, value)));
  }
  if (typeof pattern !== 'object' || pattern === null) return false;
  return Object.entries(pattern).every(([name, wanted]) =>
    matchesPattern(wanted, (event as Record<string, unknown> | undefined)?.[name]),
  );
}

function isWanted(wanted: unknown, value: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return wanted === value;
  if ('prefix' in wanted)
    return typeof value === 'string' && value.startsWith(String(wanted.prefix));
  if ('exists' in wanted) return wanted.exists === (value !== undefined);
  throw new Error(`event pattern ${JSON.stringify(wanted)} is not part of the local run`);
}
