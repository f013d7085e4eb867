import { App, Tags } from 'aws-cdk-lib';
import type { DeploySettings } from '../src/config/config.ts';
import type { Topic } from '../src/digest/subscription.ts';
import { DataStack } from './data-stack.ts';
import { PromisewatchStack } from './promisewatch-stack.ts';

export interface AppOptions {
  readonly deploy: DeploySettings;
  /** Folder that holds one bundle per function. */
  readonly bundles: string;
  /** Folder of the cloud assembly. */
  readonly outdir?: string;
  /**
   * Whether CDK checks the templates against CloudFormation's rules: about 3 seconds, strict in CI,
   * off in the local run, which makes the same templates.
   */
  readonly validate: boolean;
  readonly account?: string;
  /** Whether a source that is polled names a key under /promisewatch/secrets/. */
  readonly readsSecrets?: boolean;
  /** Whether a brand has channels, whose keys lie under /promisewatch/secrets/channels/. */
  readonly postsToChannels?: boolean;
  /** Whether a source is configured that is sent its mentions. */
  readonly receivesWebhooks?: boolean;
  /** What people can unsubscribe from with one click; none: they reply. */
  readonly topics?: readonly Topic[];
  /** Model of Amazon Bedrock that may be asked; none: the function has no such permission. */
  readonly bedrockModel?: string;
}

/** The app that is deployed and that the local run reads: two stacks, data apart from functions. */
export function promisewatchApp(options: AppOptions): App {
  const { deploy, bundles, outdir, validate, account } = options;
  const { readsSecrets = false, postsToChannels = false, topics = [], bedrockModel } = options;
  const { receivesWebhooks = false } = options;
  const app = new App({
    ...(outdir !== undefined && { outdir }),
    analyticsReporting: false,
    // CloudFormation then refuses to replace a table that the functions still use.
    context: { '@aws-cdk/core:defaultCrossStackReferences': 'strong' },
    ...(!validate && { builtinCloudFormationValidation: false }),
  });
  const env = { region: deploy.region, ...(account !== undefined && { account }) };
  const name = deploy.stackName;
  const { table } = new DataStack(app, `${name}-data`, {
    env,
    stackName: `${name}-data`,
    description: 'promisewatch: mentions, counts, incidents and digests',
    terminationProtection: true,
    maxWriteUnits: deploy.maxWriteUnits,
  });
  new PromisewatchStack(app, name, {
    env,
    stackName: name,
    description: 'promisewatch: collect, judge, check, mail',
    deploy,
    table,
    bundles,
    readsSecrets,
    postsToChannels,
    receivesWebhooks,
    topics,
    ...(bedrockModel !== undefined && { bedrockModel }),
  });
  Tags.of(app).add('promisewatch:stack', name);
  for (const [key, value] of Object.entries(deploy.tags)) Tags.of(app).add(key, value);
  return app;
}
