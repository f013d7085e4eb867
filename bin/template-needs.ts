import type { Config } from '../src/config/config.ts';
import { type Topic, topicsOf } from '../src/digest/subscription.ts';
import { channelSecretsOf, secretsOf } from './operators/doctor-facts.ts';

/** What the templates depend on besides `deploy`. */
export interface TemplateNeeds {
  readonly readsSecrets: boolean;
  readonly postsToChannels: boolean;
  readonly topics: readonly Topic[];
}

export function templateNeeds(config: Config): TemplateNeeds {
  return {
    readsSecrets: secretsOf(config).length > 0,
    postsToChannels: channelSecretsOf(config).length > 0,
    topics:
      config.deploy.unsubscribe === 'ses' ? topicsOf(config.deploy.stackName, config.brands) : [],
  };
}
