import { type FunctionUrl, serveFunctionUrl } from '../../local/function-url.ts';
import type { World } from '../command.ts';
import type { LocalRun } from './open-run.ts';

/**
 * Where a source is sent its mentions: an address on this machine that stands for the function URL of
 * a deployment, and a secret of its own for each source that has none in this run.
 *
 * @returns undefined where no such source is configured
 */
export async function openWebhookDoor(
  { aws, stack, config, functions }: Pick<LocalRun, 'aws' | 'stack' | 'config' | 'functions'>,
  world: Pick<World, 'print' | 'randomBytes'>,
): Promise<FunctionUrl | undefined> {
  const name = functions.get('receive');
  const sources = config.brands
    .flatMap((brand) => brand.sources)
    .filter((source) => source.connector === 'webhook');
  if (name === undefined || sources.length === 0) return undefined;
  const { GetParameterCommand, ParameterNotFound, PutParameterCommand } = await import(
    '@aws-sdk/client-ssm'
  );
  const door = await serveFunctionUrl(aws, name);
  for (const { id, secret: Name } of sources) {
    const stored = await stack.ssm
      .send(new GetParameterCommand({ Name, WithDecryption: true }))
      .then(({ Parameter }) => Parameter?.Value)
      .catch((error) => {
        if (error instanceof ParameterNotFound) return undefined;
        throw error;
      });
    const Value = stored ?? world.randomBytes(32).toString('hex');
    if (stored === undefined)
      await stack.ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString' }));
    world.print(`Webhook of ${id}: POST ${door.url}${id}, signed with ${Value} (this run only)`);
  }
  return door;
}
