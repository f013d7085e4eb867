import { describe, expect, it } from 'vitest';
import { createEventBus, matchesPattern } from '../../../local/lambda/event-bus.ts';
import type { ResolvedResource } from '../../../local/template/resolve.ts';

const resource = (
  type: string,
  logicalId: string,
  properties: Record<string, unknown>,
): ResolvedResource =>
  ({
    type,
    logicalId,
    physicalName: logicalId,
    arn: `arn:${logicalId}`,
    ref: logicalId,
    properties,
  }) as unknown as ResolvedResource;

const destination = resource('AWS::SES::ConfigurationSetEventDestination', 'Destination', {
  ConfigurationSetName: 'mail',
  EventDestination: {
    Enabled: true,
    EventBridgeDestination: { EventBusArn: 'arn:bus' },
    MatchingEventTypes: ['send', 'bounce'],
  },
});
const rule = resource('AWS::Events::Rule', 'Rule', {
  State: 'ENABLED',
  EventPattern: { source: ['aws.ses'] },
  Targets: [{ Arn: 'arn:function' }],
});
const permission = resource('AWS::Lambda::Permission', 'Permission', {
  Action: 'lambda:InvokeFunction',
  FunctionName: 'arn:function',
  Principal: 'events.amazonaws.com',
  SourceArn: 'arn:Rule',
});

function publish(resources: readonly ResolvedResource[], only: object = {}) {
  const called: string[] = [];
  const denied: string[] = [];
  const bus = createEventBus({
    resources,
    invoke: (target) => called.push(target),
    onDenied: (by, target) => denied.push(`${by} ${target}`),
  });
  bus.publish({
    kind: 'bounce',
    configurationSet: 'mail',
    envelope: { source: 'aws.ses' },
    ...only,
  });
  return { called, denied };
}

describe('an event of SES', () => {
  it('reaches the function that a rule names and that lets EventBridge call it', () => {
    expect(publish([destination, rule, permission])).toEqual({
      called: ['arn:function'],
      denied: [],
    });
  });

  it('is refused by a function without that permission, and says so', () => {
    expect(publish([destination, rule])).toEqual({ called: [], denied: ['Rule arn:function'] });
  });

  it('goes nowhere when its kind, its configuration set or its rule is not for it', () => {
    const all = [destination, rule, permission];
    const off = resource('AWS::Events::Rule', 'Rule', { ...rule.properties, State: 'DISABLED' });
    for (const { called } of [
      publish(all, { kind: 'open' }),
      publish(all, { configurationSet: 'other' }),
      publish(all, { envelope: { source: 'aws.s3' } }),
      publish([destination, off, permission]),
      publish([rule, permission]),
    ])
      expect(called).toEqual([]);
  });
});

describe('a pattern', () => {
  const event = { source: 'aws.ses', detail: { tags: { set: ['a', 'b'] }, state: 'on' } };

  it.each([
    [{ source: ['aws.ses', 'aws.s3'] }, true],
    [{ detail: { tags: { set: ['b'] } } }, true],
    [{ detail: { tags: { set: ['c'] } } }, false],
    [{ detail: { state: [{ prefix: 'o' }], missing: [{ exists: false }] } }, true],
    [{ detail: { state: [{ exists: false }] } }, false],
    [{ nothing: { at: { all: ['x'] } } }, false],
  ])('%j matches: %s', (pattern, meant) => {
    expect(matchesPattern(pattern, event)).toBe(meant);
  });

  it('that the local run cannot compare stops it, instead of matching nothing', () => {
    expect(() => matchesPattern({ source: [{ suffix: 'ses' }] }, event)).toThrow('suffix');
  });
});
