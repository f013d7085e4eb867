import type { Config } from '../src/config/config.ts';
import { type Topic, topicsOf } from '../src/digest/subscription.ts';
import { channelSecretsOf, polledSecretsOf } from './operators/doctor-facts.ts';

/** What the templates depend on besides `deploy`. */
export interface TemplateNeeds {
  readonly readsSecrets: boolean;
  readonly postsToChannels: boolean;
  readonly receivesWebhooks: boolean;
  readonly topics: readonly Topic[];
  /** Model of Amazon Bedrock that may be asked; none: the function has no such permission. */
  readonly bedrockModel?: string;
}

export function templateNeeds(config: Config): TemplateNeeds {
  return {
    readsSecrets: polledSecretsOf(config).length > 0,
    postsToChannels: channelSecretsOf(config).length > 0,
    receivesWebhooks: config.brands.some(({ sources }) =>
      sources.some(({ connector }) => connector === 'webhook'),
    ),
    topics:
      config.deploy.unsubscribe === 'ses' ? topicsOf(config.deploy.stackName, config.brands) : [],
    ...(config.bedrock !== undefined && { bedrockModel: config.bedrock.model }),
  };
}
