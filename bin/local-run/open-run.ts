import { resolve } from 'node:path';
import type { Clock } from '../../local/clock.ts';
import type { LocalEvent } from '../../local/events.ts';
import { type LocalAws, type LocalAwsOptions, startLocalAws } from '../../local/local-aws.ts';
import { type Config, settingsOf } from '../../src/config/config.ts';
import type { World } from '../command.ts';
import { applySettings } from '../commands/apply.ts';
import { reclassifyBrands } from '../reclassify-brands.ts';
import type { StackAccess } from '../stack.ts';
import { functionsIn, makeAssembly } from './assembly.ts';
import { loopbackSources } from './loopback.ts';
import { openLocalStack } from './open-local-stack.ts';

export const ROOT = resolve(import.meta.dirname, '..', '..');

/** A started run: what the templates describe is there, and the configuration is applied. */
export interface LocalRun {
  readonly aws: LocalAws;
  readonly stack: StackAccess;
  readonly config: Config;
  /** Logical ids of the functions by name. */
  readonly functions: ReadonlyMap<string, string>;
  readonly close: () => Promise<void>;
}

export interface OpenRunOptions {
  readonly config: Config;
  readonly clock: Clock;
  /** Where state is kept between runs. */
  readonly dataDir: string;
  readonly randomBytes: World['randomBytes'];
  readonly signal?: AbortSignal;
  /** False: hidden messages show as soon as nothing else is left to do. Default: as the clock. */
  readonly realRetryDelays?: boolean;
  /** Provokes what SES does on a bad day. */
  readonly mailFault?: NonNullable<LocalAwsOptions['mail']>['fault'];
  /** `host:port` pairs on this machine that channels may post to. */
  readonly loopbackChannels?: readonly string[];
  /** Variables that win over the template's, by name of a function: brings about what a faulty deployment does. */
  readonly env?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Default: the assembly that is made from the configuration. */
  readonly assemblyDir?: string;
  readonly onEvent?: (event: LocalEvent, functions: ReadonlyMap<string, string>) => void;
}

/** Makes the templates and bundles of a deployment, starts what they describe, and applies the configuration. */
export async function openRun(options: OpenRunOptions): Promise<LocalRun> {
  const { config, clock, dataDir, randomBytes, signal, realRetryDelays, onEvent } = options;
  const { mailFault, loopbackChannels = [], env = {} } = options;
  const closers: (() => void | Promise<void>)[] = [];
  const close = async () => {
    for (let next = closers.pop(); next !== undefined; next = closers.pop()) await next();
  };
  try {
    const assemblyDir = options.assemblyDir ?? (await makeAssembly(ROOT, config));
    const functions = functionsIn(assemblyDir);
    const aws = await startLocalAws({
      assemblyDir,
      dataDir,
      clock,
      env: {
        [functions.get('collect') ?? '']: { LOOPBACK_SOURCES: loopbackSources(config).join(',') },
        [functions.get('deliver') ?? '']: { LOOPBACK_CHANNELS: loopbackChannels.join(',') },
        ...Object.fromEntries(
          Object.entries(env).map(([name, variables]) => [functions.get(name) ?? '', variables]),
        ),
      },
      // Seven cold starts at once, while the first poll is under way.
      prewarm: true,
      ...(mailFault !== undefined && { mail: { fault: mailFault } }),
      ...(signal !== undefined && { signal }),
      ...(realRetryDelays !== undefined && { realRetryDelays }),
      onEvent: (event) => onEvent?.(event, functions),
    });
    closers.push(() => aws.close());
    const stack = openLocalStack(aws, config.deploy.stackName);
    closers.push(() => {
      stack.dynamodb.destroy();
      stack.ssm.destroy();
    });
    const settings = settingsOf(config);
    await applySettings(settings, stack, { now: clock.now, randomBytes });
    // A run that is resumed by a newer classifier.
    await reclassifyBrands(settings.brands, stack, {
      now: clock.now,
      ...(signal !== undefined && { signal }),
    });
    return { aws, stack, config, functions, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Every stage once, in order: what the schedules would do in the course of a day. */
export async function onePass({ aws, functions }: LocalRun): Promise<void> {
  for (const name of ['dispatch', 'rollup', 'check', 'deliver']) {
    const result = await aws.invoke(functions.get(name) ?? '', {});
    if (result.outcome !== 'succeeded')
      throw new Error(`${name} ${result.outcome}: ${result.error.errorMessage}`);
    await aws.drain();
  }
}
