import type { Clock } from '../clock.ts';
import type { DataFolder } from '../data-folder.ts';
import type { LocalEvent } from '../events.ts';
import type { InvokeByName } from '../gateway/services.ts';
import type { Schedule } from '../schedule/scheduler.ts';
import type { Queues } from '../stand-ins/queues.ts';
import type { ResolvedResource } from '../template/resolve.ts';
import type { Place } from '../template/resource-types.ts';
import type { Activity } from './activity.ts';
import { type AsyncHost, invokeAsEvent, readAsyncSettings } from './async-invoke.ts';
import type { InvocationResult } from './environment.ts';
import { type Mapping, readMappingSettings, startMapping } from './event-source-mapping.ts';
import { createFunction, type LambdaFunction } from './functions.ts';

export type ComputeHost = {
  readonly resources: readonly ResolvedResource[];
  readonly assets: ReadonlyMap<string, string>;
  readonly clock: Clock;
  readonly place: Place;
  readonly folder: DataFolder;
  readonly queues: Queues;
  readonly activity: Activity;
  /** Whether a role allows an action; enters the call in the ledger. */
  readonly allows: (caller: string, roleArn: string, action: string, resource: string) => boolean;
  readonly emit: (event: LocalEvent) => void;
  readonly signal: AbortSignal;
  readonly overrides: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly realDelays: boolean;
  readonly concurrency: number;
};

/** The functions of a template and everything that sets them going. */
export type Compute = {
  readonly functions: readonly LambdaFunction[];
  readonly invoke: (name: string, payload: unknown) => Promise<InvocationResult>;
  readonly invokeByName: InvokeByName;
  /** Invokes a schedule's target with the schedule's role. */
  readonly fire: (schedule: Schedule) => Promise<void>;
  /** Invokes a function as an event, for a service that does not wait for it. @param target its ARN */
  readonly callBack: (target: string, payload: unknown) => void;
  readonly startMappings: () => void;
  /** Starts one environment of every function. */
  readonly warm: () => void;
  readonly areQueuesEmpty: () => boolean;
  /** Nothing runs, but messages are left: shows those of the first queue that holds some back. */
  readonly release: () => void;
  readonly stop: () => Promise<void>;
};

export function createCompute(host: ComputeHost): Compute {
  const { resources, clock, place, folder, queues, activity, allows, emit, signal, realDelays } =
    host;
  const ofType = (wanted: string): ResolvedResource[] =>
    resources.filter(({ type }) => type === wanted);
  const functions = ofType('AWS::Lambda::Function').map((resource) =>
    createFunction(resource, {
      clock,
      assets: host.assets,
      logFolder: folder.at('logs'),
      codeFolder: folder.at('code'),
      endpoint: place.endpoint,
      region: place.region,
      overrides: host.overrides,
      emit,
    }),
  );
  const find = (name: string): LambdaFunction | undefined =>
    functions.find((fn) => [fn.logicalId, fn.name, fn.arn].includes(name));
  const mappings: Mapping[] = [];

  const asyncHost: AsyncHost = {
    realDelays,
    signal,
    now: clock.now,
    send: (fn, queueArn, body, attributes) => {
      if (allows(fn.logicalId, fn.roleArn, 'sqs:SendMessage', queueArn)) {
        queues.send(queueArn, body, attributes);
      }
    },
  };

  const during = async <T>(work: () => Promise<T>): Promise<T> => {
    activity.begin();
    try {
      return await work();
    } finally {
      activity.end();
    }
  };
  const asEvent = (fn: LambdaFunction, payload: unknown): Promise<InvocationResult> =>
    during(() => invokeAsEvent(fn, payload, readAsyncSettings(resources, fn), asyncHost));

  queues.onArrival((arn, messageId, how) => {
    const queue = arn.slice(arn.lastIndexOf(':') + 1);
    const at = clock.now().toISOString();
    if (how === 'sent') emit({ type: 'message', queue, messageId, at });
    if (how === 'moved as a dead letter') emit({ type: 'dead letter', queue, messageId, at });
    mappings.find((mapping) => mapping.queue.arn === arn)?.wake();
  });
  queues.onDelete(() => activity.changed());

  return {
    functions,
    invoke: (name, payload) => {
      const fn = find(name);
      if (fn === undefined) throw new Error(`there is no function "${name}"`);
      return during(() => fn.invoke(payload));
    },
    invokeByName: (name, payload, isEvent) => {
      const fn = find(name);
      if (fn === undefined) return undefined;
      if (isEvent) {
        void asEvent(fn, payload);
        return Promise.resolve({ status: 202, headers: {}, body: '' });
      }
      return during(() => fn.invoke(payload)).then((result) => ({
        status: 200,
        headers: {
          'content-type': 'application/json',
          ...(result.outcome === 'succeeded' ? {} : { 'x-amz-function-error': 'Unhandled' }),
        },
        body: result.outcome === 'succeeded' ? result.answer : JSON.stringify(result.error),
      }));
    },
    fire: async ({ logicalId, targetArn, roleArn, input, deadLetterArn }) => {
      const fn = find(targetArn);
      if (fn === undefined)
        throw new Error(
          `schedule ${logicalId}: its target ${targetArn} is not a function of the assembly`,
        );
      if (allows(logicalId, roleArn, 'lambda:InvokeFunction', targetArn)) {
        emit({
          type: 'schedule',
          schedule: logicalId,
          function: fn.logicalId,
          at: clock.now().toISOString(),
        });
        await asEvent(fn, input);
      } else if (
        deadLetterArn !== undefined &&
        allows(logicalId, roleArn, 'sqs:SendMessage', deadLetterArn)
      ) {
        queues.send(deadLetterArn, JSON.stringify(input), { ERROR_CODE: 'AccessDeniedException' });
      }
    },
    callBack: (target, payload) => {
      const fn = find(target);
      if (fn === undefined)
        throw new Error(`the target ${target} of an event rule is not a function of the assembly`);
      void asEvent(fn, payload);
    },
    startMappings: () => {
      for (const resource of ofType('AWS::Lambda::EventSourceMapping')) {
        const mapping = mapQueue(resource, find, host);
        if (mapping !== undefined) mappings.push(mapping);
      }
      mappings.sort((a, b) => (a.logicalId < b.logicalId ? -1 : 1));
    },
    warm: () => {
      for (const fn of functions) fn.warm();
    },
    areQueuesEmpty: () =>
      mappings.every(({ queue }) => {
        const { ready, inFlight, delayed } = queue.depth();
        return ready + inFlight + delayed === 0;
      }),
    release: () => {
      mappings.some((mapping) => mapping.release());
    },
    stop: async () => {
      for (const mapping of mappings) mapping.stop();
      await Promise.all(functions.map((fn) => fn.stop()));
    },
  };
}

function mapQueue(
  resource: ResolvedResource,
  find: (name: string) => LambdaFunction | undefined,
  { clock, place, queues, activity, allows, emit, realDelays, concurrency }: ComputeHost,
): Mapping | undefined {
  const { logicalId, properties } = resource;
  if (properties['Enabled'] === false) return undefined;
  const fn = find(String(properties['FunctionName']));
  const queue = queues.get(String(properties['EventSourceArn']));
  if (fn === undefined || queue === undefined) {
    throw new Error(
      `event-source mapping ${logicalId}: only queues and functions of the assembly can be joined`,
    );
  }
  return startMapping(logicalId, fn, queue, readMappingSettings(resource, fn, concurrency), {
    clock,
    region: place.region,
    activity,
    mayCall: (action) => allows(fn.logicalId, fn.roleArn, action, queue.arn),
    realDelays,
    emit,
  });
}
