import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { LocalEvent } from '../events.ts';
import type { ResolvedResource } from '../template/resolve.ts';
import {
  type Environment,
  type EnvironmentSettings,
  type InvocationResult,
  startEnvironment,
} from './environment.ts';

/** One Lambda function: its settings and its warm environments. */
export type LambdaFunction = {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly accessKeyId: string;
  readonly reservedConcurrency: number | undefined;
  /** SQS queue of the function's DeadLetterConfig, for events it failed on asynchronously. */
  readonly deadLetterArn: string | undefined;
  readonly invoke: (payload: unknown) => Promise<InvocationResult>;
  /** Starts an environment before anyone asks for it, as provisioned concurrency does. */
  readonly warm: () => void;
  readonly stop: () => Promise<void>;
};

export type FunctionHost = {
  readonly clock: Clock;
  readonly assets: ReadonlyMap<string, string>;
  readonly logFolder: string;
  /** Where inline code is put. */
  readonly codeFolder: string;
  readonly endpoint: string;
  readonly region: string;
  /** Variables of the caller, which win over the template's; by logical id or name. */
  readonly overrides: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly emit: (event: LocalEvent) => void;
};

/** A function as the template describes it; environments start at the first call. */
export function createFunction(resource: ResolvedResource, host: FunctionHost): LambdaFunction {
  const { logicalId, physicalName: name, arn, properties } = resource;
  const accessKeyId = `LOCAL${randomUUID().replaceAll('-', '').slice(0, 15).toUpperCase()}`;
  const settings = readSettings(resource, host, accessKeyId);
  const idle: Environment[] = [];
  const all = new Set<Environment>();

  const frozenInstant = (): number | undefined =>
    host.clock.kind === 'virtual' ? host.clock.now().getTime() : undefined;

  const start = (): Environment => {
    const environment = startEnvironment(settings, frozenInstant());
    all.add(environment);
    return environment;
  };

  const invoke = async (payload: unknown): Promise<InvocationResult> => {
    const at = host.clock.now().toISOString();
    const requestId = randomUUID();
    const warm = takeAlive(idle, all);
    const environment = warm ?? start();
    const began = performance.now();
    const result = await environment.invoke(
      requestId,
      JSON.stringify(payload ?? null),
      frozenInstant(),
    );
    if (environment.isAlive()) idle.push(environment);
    else all.delete(environment);
    host.emit({
      type: 'invocation',
      function: logicalId,
      requestId,
      outcome: result.outcome,
      error: result.outcome === 'succeeded' ? undefined : result.error.errorMessage,
      coldStart: warm === undefined,
      durationMs: performance.now() - began,
      cpuMs: result.outcome === 'succeeded' ? result.cpuMs : undefined,
      at,
    });
    return result;
  };

  const reserved = properties['ReservedConcurrentExecutions'];
  const deadLetters = properties['DeadLetterConfig'] as { TargetArn?: string } | undefined;
  return {
    logicalId,
    name,
    arn,
    accessKeyId,
    roleArn: String(properties['Role']),
    reservedConcurrency: reserved === undefined ? undefined : Number(reserved),
    deadLetterArn: deadLetters?.TargetArn,
    invoke,
    warm: () => {
      idle.push(start());
    },
    stop: async () => {
      await Promise.all([...all].map((environment) => environment.stop()));
    },
  };
}

function takeAlive(idle: Environment[], all: Set<Environment>): Environment | undefined {
  for (;;) {
    // The last one used is the likeliest to be warm in every sense.
    const environment = idle.pop();
    if (environment === undefined || environment.isAlive()) return environment;
    all.delete(environment);
  }
}

function readSettings(
  resource: ResolvedResource,
  host: FunctionHost,
  accessKeyId: string,
): EnvironmentSettings {
  const { logicalId, physicalName: name, arn, properties } = resource;
  const memoryMb = Number(properties['MemorySize'] ?? 128);
  const { Variables = {} } =
    (properties['Environment'] as { Variables?: object } | undefined) ?? {};
  const { endpoint, region, overrides } = host;
  mkdirSync(host.logFolder, { recursive: true });
  return {
    bundle: join(codeFolder(resource, host), 'package.json'),
    handler: String(properties['Handler']),
    functionName: name,
    functionArn: arn,
    memoryMb,
    timeoutMs: Number(properties['Timeout'] ?? 3) * 1000,
    logFile: join(host.logFolder, `${name}.jsonl`),
    variables: {
      ...strings(Variables),
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: 'local',
      AWS_EXECUTION_ENV: `AWS_Lambda_${properties['Runtime'] ?? 'nodejs24.x'}`,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL: endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      AWS_ENDPOINT_URL_SQS: endpoint,
      AWS_ENDPOINT_URL_SESV2: endpoint,
      AWS_ENDPOINT_URL_SSM: endpoint,
      AWS_ENDPOINT_URL_LAMBDA: endpoint,
      TZ: 'UTC',
      // No credentials or settings of the person at the keyboard.
      AWS_CONFIG_FILE: join(host.codeFolder, 'none'),
      AWS_SHARED_CREDENTIALS_FILE: join(host.codeFolder, 'none'),
      ...overrides[name],
      ...overrides[logicalId],
    },
  };
}

/** The folder of the bundle: an asset of the assembly, or inline code written to the data folder. */
function codeFolder({ logicalId, properties }: ResolvedResource, host: FunctionHost): string {
  const code = properties['Code'] as { S3Key?: string; ZipFile?: string };
  if (code.ZipFile !== undefined) {
    const folder = join(host.codeFolder, logicalId);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'index.js'), code.ZipFile);
    return folder;
  }
  const folder = host.assets.get(code.S3Key ?? '');
  if (folder === undefined) {
    throw new Error(
      `the assembly holds no bundle for function ${logicalId}: make its code with Code.fromAsset`,
    );
  }
  return folder;
}

function strings(variables: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, String(value)]),
  );
}
