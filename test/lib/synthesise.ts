import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, type IPolicyValidationPlugin, Validations } from 'aws-cdk-lib';
import { FUNCTIONS } from '../../lib/bundles.ts';
import { promisewatchApp } from '../../lib/promisewatch-app.ts';
import { DeploySettings } from '../../src/config/config.ts';
import { type Topic, topicsOf } from '../../src/digest/subscription.ts';

export interface Resource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: templates are untyped JSON.
  readonly properties: any;
  readonly deletionPolicy: string | undefined;
}

export interface Synthesised {
  readonly resources: readonly Resource[];
  readonly templates: Readonly<Record<string, unknown>>;
  /** Everything the templates say, as text. */
  readonly text: string;
  ofType(type: string): Resource[];
  named(logicalId: string): Resource | undefined;
}

export const deploySettings = (only: Partial<Record<string, unknown>> = {}) =>
  DeploySettings.parse({
    stackName: 'acme-watch',
    region: 'eu-west-1',
    mailFrom: 'watch@acme.example',
    alarmEmail: 'operators@acme.example',
    ...only,
  });

/** The app with empty bundles: templates say the same whatever the functions contain. */
export function madeApp(
  only: Partial<Record<string, unknown>> = {},
  use: {
    readonly readsSecrets?: boolean;
    readonly postsToChannels?: boolean;
    readonly receivesWebhooks?: boolean;
    readonly topics?: readonly Topic[];
    readonly bedrockModel?: string;
    readonly plugins?: (app: App) => IPolicyValidationPlugin[];
  } = {},
): { app: App; close: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'promisewatch-template-'));
  const bundles = join(folder, 'bundles');
  for (const name of FUNCTIONS) {
    mkdirSync(join(bundles, name), { recursive: true });
    writeFileSync(join(bundles, name, 'index.js'), 'exports.handler = async () => {};\n');
  }
  const app = promisewatchApp({
    deploy: deploySettings(only),
    bundles,
    outdir: join(folder, 'cdk.out'),
    validate: use.plugins !== undefined,
    readsSecrets: use.readsSecrets ?? false,
    postsToChannels: use.postsToChannels ?? false,
    receivesWebhooks: use.receivesWebhooks ?? false,
    topics: use.topics ?? topicsOf('acme-watch', [{ id: 'acme', name: 'Acme' }]),
    ...(use.bedrockModel !== undefined && { bedrockModel: use.bedrockModel }),
  });
  if (use.plugins !== undefined) Validations.of(app).addPlugins(...use.plugins(app));
  return { app, close: () => rmSync(folder, { recursive: true, force: true }) };
}

export function synthesise(
  only: Partial<Record<string, unknown>> = {},
  use: Omit<NonNullable<Parameters<typeof madeApp>[1]>, 'plugins'> = {},
): Synthesised {
  const { app, close } = madeApp(only, use);
  // The assembly reads its templates lazily.
  const stacks = app.synth().stacks.map(({ stackName, template }) => ({ stackName, template }));
  close();
  const templates = Object.fromEntries(
    stacks.map(({ stackName, template }) => [stackName, template]),
  );
  const resources = stacks.flatMap(({ stackName, template }) =>
    Object.entries(template.Resources as Record<string, Record<string, unknown>>).map(
      ([logicalId, { Type, Properties = {}, DeletionPolicy }]): Resource => ({
        stack: stackName,
        logicalId,
        type: String(Type),
        properties: Properties,
        deletionPolicy: DeletionPolicy === undefined ? undefined : String(DeletionPolicy),
      }),
    ),
  );
  return {
    resources,
    templates,
    text: JSON.stringify(templates),
    ofType: (type) => resources.filter((resource) => resource.type === type),
    named: (logicalId) => resources.find((resource) => resource.logicalId === logicalId),
  };
}
