import type { Config } from '../../src/config/config.ts';
import { EXIT, Refusal, type World } from '../command.ts';
import { diagnose } from './diagnose.ts';
import { type DoctorFacts, takeFacts } from './doctor-facts.ts';
import type { Finding } from './finding.ts';
import type { Outside } from './outside.ts';
import type { Changes } from './steps.ts';

interface Reach {
  readonly world: World;
  readonly outside: Outside;
  readonly changes: Changes;
}

/** Topics of what would let CloudFormation fail, often late and without saying why. */
const STOPS: ReadonlySet<string> = new Set(['bootstrap', 'unsubscribe', 'quotas']);

/**
 * Asks AWS what a deployment needs before it begins. Where somebody can answer, the two things that every new account
 * lacks are mended on their word: CDK's bootstrap stack, and the verification of the sender.
 *
 * @throws {Refusal} naming everything that would let the deployment fail
 */
export async function preflight(config: Config, reach: Reach): Promise<void> {
  const { world, outside } = reach;
  const now = world.now();
  let facts: DoctorFacts;
  try {
    facts = await takeFacts(config, outside, now);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    world.complain(`! not looked at beforehand what the account needs: ${reason}`);
    return;
  }
  const lacks = diagnose(config, facts, now).filter(({ level }) => level === 'bad');
  const stops = lacks.filter(({ topic }) => STOPS.has(topic));
  const others = stops.filter(({ topic }) => topic !== 'bootstrap');
  if (others.length > 0 || (stops.length > 0 && !outside.isInteractive)) refuse(stops);
  if (stops.length > 0) await bootstrap(config, facts, stops, reach);
  await sender(config, facts, lacks, reach);
}

function refuse(stops: readonly Finding[]): never {
  const lines = stops.flatMap(({ topic, text, fix = '' }) => [`✗ ${topic}: ${text}`, `  → ${fix}`]);
  throw new Refusal(
    [...lines, 'Stopped: the deployment would fail. Nothing was changed.'].join('\n'),
    EXIT.problems,
  );
}

async function bootstrap(
  { deploy: { region } }: Config,
  { account }: DoctorFacts,
  stops: readonly Finding[],
  { outside, world, changes }: Reach,
): Promise<void> {
  const answer = await outside.ask(
    `Account ${account} lacks in ${region} what CDK needs once: stack CDKToolkit with a bucket, a repository of images and five roles, a few cents a month. Make it now? Type "yes": `,
  );
  if (answer?.trim() !== 'yes') refuse(stops);
  const code = await outside.run('cdk', ['bootstrap', `aws://${account}/${region}`]);
  if (code !== 0) throw new Error(`cdk bootstrap ended with ${code}.`);
  changes.push(`bootstrapped CDK in ${region}`);
  world.complain(`✓ bootstrapped CDK in ${region}`);
}

/** Nothing in the stacks needs a verified sender, so that the deployment goes on without one. */
async function sender(
  { deploy: { mailFrom, region } }: Config,
  { mail, identities }: DoctorFacts,
  lacks: readonly Finding[],
  { outside, world, changes }: Reach,
): Promise<void> {
  const domain = mailFrom.slice(mailFrom.lastIndexOf('@') + 1);
  const isAbsent = identities[mailFrom] === null && identities[domain] === null;
  if (mail !== undefined && isAbsent && outside.isInteractive) {
    const answer = await outside.ask(
      `SES in ${region} does not know ${mailFrom} yet. Have it send a link there that verifies the address? Type "yes": `,
    );
    if (answer?.trim() === 'yes') {
      const { CreateEmailIdentityCommand, SESv2Client } = await import('@aws-sdk/client-sesv2');
      const client = new SESv2Client({ region });
      await client.send(new CreateEmailIdentityCommand({ EmailIdentity: mailFrom }));
      client.destroy();
      changes.push(`asked SES to verify ${mailFrom}`);
      world.complain(
        `✓ SES sends a link to ${mailFrom}: open it, then mail can go out. For the whole domain: docs/deploy.md#unsubscribing`,
      );
      return;
    }
  }
  for (const { topic, text, fix } of lacks)
    if (topic === 'ses') world.complain(`! ${topic}: ${text}\n  → ${fix}`);
}
