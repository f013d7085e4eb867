import { SSMClient } from '@aws-sdk/client-ssm';
import { ssmSecrets } from '../../src/adapters/secrets.ts';
import { postToChannel } from '../../src/digest/channels/post.ts';
import type { ChannelPost } from '../../src/digest/deliver.ts';
import type { MailAnswer } from '../../src/ports.ts';

const secrets = ssmSecrets(new SSMClient());

/** A file of its own beside the bundle: most stacks have no channel and never load it. */
export function postDigest(
  { channel, model, sendId }: ChannelPost,
  allowedLoopback: readonly string[],
  now: Date,
): Promise<MailAnswer> {
  return postToChannel(channel, { what: 'digest', model }, sendId, {
    secret: (name) => secrets(name, now),
    now,
    allowedLoopback,
  });
}
