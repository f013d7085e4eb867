import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Clock } from './clock.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import type { LocalEvent } from './events.ts';
import { authorise, type Caller, type GatewayHost, openGateway } from './gateway/gateway.ts';
import { type CallRecord, callRecord, createLedger, type PolicyReport } from './gateway/ledger.ts';
import { type Role, readRoles } from './gateway/policy.ts';
import { createServices } from './gateway/services.ts';
import {
  ACCOUNT,
  checkAccounts,
  isHonoured,
  namesByType,
  type QueueState,
  queueStates,
} from './inventory.ts';
import { openJournal } from './journal.ts';
import { createActivity } from './lambda/activity.ts';
import { createCompute } from './lambda/compute.ts';
import type { InvocationResult } from './lambda/environment.ts';
import { type MailOptions, type MailReputation, openMail } from './mail.ts';
import { createScheduler, readSchedule } from './schedule/scheduler.ts';
import { UNSUBSCRIBE_PATH } from './stand-ins/contacts.ts';
import { type Outbox, openOutbox } from './stand-ins/outbox.ts';
import { openParameters } from './stand-ins/parameters.ts';
import { openQueues } from './stand-ins/queues.ts';
import { openTables } from './stand-ins/tables.ts';
import { type Assembly, readAssembly } from './template/assembly.ts';
import { type ResolvedResource, resolveStacks } from './template/resolve.ts';

export type LocalAwsOptions = {
  /** A synthesised cloud assembly (`cdk.out`) whose stacks leave the account open. */
  readonly assemblyDir: string;
  /** Where state is kept between runs. One run at a time. */
  readonly dataDir: string;
  readonly clock: Clock;
  /** Variables that win over the template's, by logical id or name of a function. */
  readonly env?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Ends the run: the same as `close()`. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: LocalEvent) => void;
  /**
   * True: visibility timeouts, delays, batching windows and retries last as long as on AWS. False: a
   * message that is hidden shows itself as soon as nothing else is left to do. Default: true on
   * the real clock, false on a virtual one.
   */
  readonly realRetryDelays?: boolean;
  /**
   * Most environments of one function that an event-source mapping keeps busy at once. Default: 1 on a
   * virtual clock, so that two runs do the same things in the same order; else one per processor core.
   */
  readonly concurrency?: number;
  /** Starts one environment of every function at once: the first pass is quicker, and no first call is cold. */
  readonly prewarm?: boolean;
  /** Default: the region of the stacks, else us-east-1. */
  readonly region?: string;
  /**
   * Verified senders besides the template's AWS::SES::EmailIdentity resources; with neither, every sender counts as
   * verified. In the sandbox recipients must be verified too.
   */
  readonly mail?: MailOptions;
};

/** AWS on a laptop, as one cloud assembly describes it. */
export type LocalAws = {
  /** Of every service: what AWS_ENDPOINT_URL takes. */
  readonly endpoint: string;
  /** May do everything, on every service. */
  readonly operatorCredentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly region: string;
  readonly account: string;
  readonly clock: Clock;
  readonly outputs: Readonly<Record<string, string>>;
  /** Physical names (of queues: URLs) by CloudFormation type and logical id. */
  readonly resources: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /**
   * Plays all schedules up to and including an instant; `idle`: none, only waits for what is in
   * flight; `forever`: until the run is closed.
   *
   * @throws the reason of the signal when the run is aborted
   */
  readonly runUntil: (target: string | 'idle' | 'forever') => Promise<void>;
  /** Virtual clock: runs what is due next and waits until nothing is in flight. Logical ids; undefined when nothing is ever due again. */
  readonly runNext: () => Promise<readonly string[] | undefined>;
  readonly nextDue: () => Date | undefined;
  /** Resolves when every queue with a consumer is empty, hidden messages included, and no handler runs. */
  readonly drain: () => Promise<void>;
  /** @param name logical id or name of a function */
  readonly invoke: (name: string, payload: unknown) => Promise<InvocationResult>;
  /** The newest calls of functions, pollers and schedules, oldest first. */
  readonly calls: readonly CallRecord[];
  readonly policyReport: () => PolicyReport;
  readonly outbox: Outbox;
  readonly mailReputation: () => MailReputation;
  readonly queues: () => readonly QueueState[];
  /** Folder with one JSON-lines file for each function. */
  readonly logFolder: string;
  readonly close: () => Promise<void>;
};

const KEPT_CALLS = { virtual: 1_000_000, real: 10_000 };

/**
 * Starts everything a cloud assembly describes: tables, queues, mail, parameters, functions,
 * event-source mappings and schedules. Schedules run only through `runUntil` and `runNext`.
 *
 * @throws {DataFolderInUse} when another run holds the data folder
 * @throws {Error} when the assembly cannot be read, or holds something the run cannot honour
 */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const assembly = readAssembly(options.assemblyDir);
  const folder = openDataFolder(options.dataDir);
  const closers: Closer[] = [() => folder.release()];
  try {
    return await start(options, assembly, folder, closers);
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

type Closer = () => void | Promise<void>;

/** Last opened, first closed. */
async function closeAll(closers: Closer[]): Promise<void> {
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close();
}

async function start(
  options: LocalAwsOptions,
  assembly: Assembly,
  folder: DataFolder,
  closers: Closer[],
): Promise<LocalAws> {
  const { clock, emit, region, overrides, realDelays, concurrency } = withDefaults(
    options,
    assembly,
  );
  const closing = new AbortController();
  const signal = AbortSignal.any([closing.signal, ...(options.signal ? [options.signal] : [])]);
  signal.throwIfAborted();
  const journal = openJournal(folder.at('journal.db'));
  closers.push(() => journal.close());
  resume(clock, journal.position());

  let gatewayHost: GatewayHost | undefined;
  const gateway = await openGateway(() => gatewayHost);
  // Twice in the list: here for a start that fails half-way, below to be ahead of the stand-ins.
  closers.push(() => gateway.close());
  const { endpoint } = gateway;
  const place = { account: ACCOUNT, region, endpoint };
  checkAccounts(assembly.stacks);
  const { resources, outputs } = resolveStacks(assembly.stacks, place);
  const ofType = (...types: string[]): ResolvedResource[] =>
    resources.filter(({ type }) => types.includes(type));

  const queues = await openQueues(folder.at('queues'), place, clock.now);
  closers.push(() => queues.close());
  const tables = openTables(folder.at('tables'));
  closers.push(() => tables.close());
  // Before the stand-ins close nobody may be on the way to them.
  closers.push(() => gateway.close());
  const outbox = openOutbox(folder.at('outbox'));
  const parameters = openParameters(folder.at('parameters.json'), place, clock.now);
  for (const table of ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable')) {
    await tables.create(table);
  }
  for (const queue of ofType('AWS::SQS::Queue')) queues.create(queue);
  for (const { physicalName, properties } of ofType('AWS::SSM::Parameter')) {
    parameters.provide(physicalName, String(properties['Type']), String(properties['Value']));
  }

  const roles = readRoles(resources);
  const ledger = createLedger(roles.values(), KEPT_CALLS[clock.kind]);
  const activity = createActivity(
    { areQueuesEmpty: () => compute.areQueuesEmpty(), onLull: () => compute.release() },
    signal,
  );
  const ledgerHost = {
    ledger,
    now: clock.now,
    onDenied: (call: CallRecord) => emit({ type: 'denied', call }),
  };
  const allows = (name: string, roleArn: string, action: string, resource: string): boolean =>
    authorise({ name, role: roleOf(roles, roleArn, name) }, { action, resource }, ledgerHost)
      .allowed;
  const compute = createCompute({
    resources,
    assets: assembly.assets,
    clock,
    place,
    folder,
    queues,
    activity,
    allows,
    emit,
    signal,
    overrides,
    realDelays,
    concurrency,
  });
  const { mail, contacts, reputation } = openMail(options.mail ?? {}, {
    resources,
    outbox,
    folder,
    place,
    now: clock.now,
    onSend: (sent) => emit({ type: 'mail', mail: sent }),
    invoke: compute.callBack,
    onDenied: (rule, target) => {
      const need = { action: 'lambda:InvokeFunction', resource: target };
      emit({ type: 'denied', call: callRecord(rule, need, false, clock.now()) });
    },
  });
  // Handlers go first: what they have under way is cut off, as by a power cut, and done again next time.
  closers.push(() => compute.stop());

  const operatorCredentials = {
    accessKeyId: `LOCALOPERATOR${randomUUID().replaceAll('-', '').toUpperCase()}`,
    secretAccessKey: randomUUID(),
  };
  const callers = new Map<string, Caller>([
    [operatorCredentials.accessKeyId, { name: 'operator', role: 'operator' }],
    ...compute.functions.map(
      ({ accessKeyId, logicalId, roleArn }) =>
        [accessKeyId, { name: logicalId, role: roleOf(roles, roleArn, logicalId) }] as const,
    ),
  ]);
  gatewayHost = {
    ...ledgerHost,
    services: createServices({
      place,
      tables,
      queues,
      mail,
      parameters,
      invoke: compute.invokeByName,
    }),
    findCaller: (accessKeyId) => callers.get(accessKeyId),
    page: (method, path) =>
      path.startsWith(UNSUBSCRIBE_PATH) ? contacts.page(method, path) : undefined,
    begin: activity.begin,
    end: activity.end,
  };
  if (options.prewarm === true) compute.warm();
  compute.startMappings();

  const scheduler = createScheduler(
    ofType('AWS::Scheduler::Schedule').flatMap((resource) => readSchedule(resource) ?? []),
    { clock, journal, signal, fire: compute.fire, drain: activity.idle },
  );
  for (const { type, logicalId } of resources) {
    if (!isHonoured(type)) emit({ type: 'ignored', resourceType: type, logicalId });
  }

  const endpointFile = folder.at('endpoint.json');
  writeFileSync(
    endpointFile,
    JSON.stringify({ endpoint, region, pid: process.pid, ...operatorCredentials }),
    {
      mode: 0o600,
    },
  );
  closers.push(() => rmSync(endpointFile, { force: true }));

  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing.abort(new DOMException('the local run was closed', 'AbortError'));
    closed ??= closeAll(closers);
    return closed;
  };
  signal.addEventListener('abort', () => void close());

  return {
    endpoint,
    operatorCredentials,
    region,
    account: ACCOUNT,
    clock,
    outputs,
    resources: namesByType(resources),
    runUntil: async (target) => {
      if (target === 'idle') return activity.idle();
      await scheduler.runUntil(target === 'forever' ? undefined : readInstant(target));
    },
    runNext: scheduler.runNext,
    nextDue: () => scheduler.next()?.at,
    drain: activity.idle,
    invoke: compute.invoke,
    calls: ledger.calls,
    policyReport: ledger.report,
    outbox,
    mailReputation: reputation,
    queues: () => queueStates(ofType('AWS::SQS::Queue'), (arn) => queues.get(arn)?.depth()),
    logFolder: folder.at('logs'),
    close,
  };
}

/** A virtual clock goes on from where the last run on this folder stopped. */
function resume(clock: Clock, position: Date | undefined): void {
  if (clock.kind === 'virtual' && position !== undefined && position > clock.now()) {
    clock.jumpTo(position);
  }
}

function withDefaults(options: LocalAwsOptions, { stacks }: Assembly) {
  const isReal = options.clock.kind === 'real';
  return {
    clock: options.clock,
    emit: options.onEvent ?? (() => {}),
    region: options.region ?? stacks.find((stack) => stack.region)?.region ?? 'us-east-1',
    overrides: options.env ?? {},
    realDelays: options.realRetryDelays ?? isReal,
    concurrency: options.concurrency ?? (isReal ? availableParallelism() : 1),
  };
}

function roleOf(roles: ReadonlyMap<string, Role>, arn: string, who: string): Role {
  const role = roles.get(arn);
  if (role === undefined) throw new Error(`${who} has role ${arn}, which is not in the template`);
  return role;
}

function readInstant(text: string): Date {
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime())) throw new RangeError(`"${text}" is not an ISO 8601 instant`);
  return instant;
}
