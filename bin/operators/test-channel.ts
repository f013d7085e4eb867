import type { SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import type { Brand } from '../../src/brands/brand.ts';
import type { Channel } from '../../src/brands/channel.ts';
import type { Config } from '../../src/config/config.ts';
import type { MailAnswer } from '../../src/ports.ts';
import { choose } from '../analyst/choose.ts';
import { EXIT, Refusal, type World } from '../command.ts';
import { readConfigFile } from '../read-config-file.ts';
import { explained } from './open.ts';

/**
 * Sends one test with the credentials at hand: what is tried is the address and the key, not the deployed function.
 * @throws {Refusal} with what the receiver said
 */
export async function testChannelCommand(
  name: string,
  flags: { readonly config: string },
  world: World,
): Promise<void> {
  const config = readConfigFile(flags.config, world.cwd);
  const { brand, channel } = find(name, config);
  const answer =
    channel === undefined
      ? await mailTest(name, brand, config)
      : await postTest(channel, brand, config, world);
  if (answer.status !== 'sent') {
    const next =
      channel === undefined ? 'promisewatch doctor says what SES lacks' : 'see docs/webhook.md';
    throw new Refusal(`${name} did not get it: ${answer.reason}. Next: ${next}.`, EXIT.problems);
  }
  world.print(`${name} took the test (${answer.messageId}).`);
}

function find(name: string, { brands }: Config): { brand: Brand; channel: Channel | undefined } {
  const all = brands.flatMap((brand) => [
    ...brand.channels.map((channel) => ({ name: channel.id, brand, channel })),
    ...brand.recipients.map(({ email }) => ({ name: email, brand, channel: undefined })),
  ]);
  if (all.length === 0)
    throw new Refusal('the file names neither channels nor recipients.', EXIT.notFound);
  const id = choose('channel or recipient', name, [...new Set(all.map((each) => each.name))]);
  return all.find((each) => each.name === id) as (typeof all)[number];
}

async function postTest(
  channel: Channel,
  brand: Brand,
  { deploy: { region } }: Config,
  world: World,
): Promise<MailAnswer> {
  const [{ SSMClient }, { ssmSecrets }, { postToChannel }] = await Promise.all([
    import('@aws-sdk/client-ssm'),
    import('../../src/adapters/secrets.ts'),
    import('../../src/digest/channels/post.ts'),
  ]);
  const ssm = new SSMClient({ region });
  const secrets = ssmSecrets(ssm);
  const now = world.now();
  const secret = await explained(`SSM in ${region}`, () => secrets(channel.secret, now));
  ssm.destroy();
  const content = { what: 'test', brand: { id: brand.id, name: brand.name } } as const;
  const sendId = `${brand.id}/test#${now.toISOString()}/${channel.id}`;
  try {
    return await postToChannel(channel, content, sendId, {
      secret: async () => secret,
      now,
      allowedLoopback: [],
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { status: 'postponed', reason };
  }
}

async function mailTest(to: string, brand: Brand, config: Config): Promise<MailAnswer> {
  const { sesClient, sesMailer } = await import('../../src/adapters/ses.ts');
  const { region } = config.deploy;
  const client = sesClient(region);
  try {
    return await explained(`SES in ${region}`, () =>
      sesMailer(client)(testMail(to, brand, config)),
    );
  } finally {
    client.destroy();
  }
}

function testMail(to: string, brand: Brand, { deploy, email }: Config): SendEmailCommandInput {
  const text = `A test: digests about ${brand.name} will come here when a promise slips.\n`;
  return {
    FromEmailAddress: `"${deploy.mailFromName.replace(/[^\x20-\x7e]|["\\]/g, '')}" <${deploy.mailFrom}>`,
    Destination: { ToAddresses: [to] },
    ReplyToAddresses: [email.replyTo ?? deploy.mailFrom],
    Content: {
      Simple: {
        Subject: { Data: `${brand.name}: a test of promisewatch`, Charset: 'UTF-8' },
        Body: { Text: { Data: text, Charset: 'UTF-8' } },
        Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
      },
    },
  };
}
