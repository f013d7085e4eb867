import { Command } from 'commander';
import { type CommandFile, UsageError, type World } from '../command.ts';
import { channelSecretsOf, secretsOf } from '../operators/doctor-facts.ts';
import { explained } from '../operators/open.ts';
import { type Outside, realOutside } from '../operators/outside.ts';
import { readConfigFile } from '../read-config-file.ts';

const BRANCH = '/promisewatch/secrets/';
/** Of an SSM standard parameter. */
const MAX_BYTES = 4096;

/** promisewatch secrets set NAME; the value comes from stdin and is shown nowhere. */
export const secrets: CommandFile = (world) => makeSecrets(world, world.outside ?? realOutside());

function makeSecrets(world: World, outside: Outside): Command {
  return new Command('secrets')
    .description('keys of sources and channels, kept in SSM')
    .addHelpText('before', 'Examples:\n  promisewatch secrets set trustpilot < key.txt\n')
    .addCommand(
      new Command('set')
        .description(
          'store a key that a source or a channel names as its `secret`; reads it from stdin',
        )
        .argument('<name>', `as in promisewatch.yaml; ${BRANCH} may be left out`)
        .option('--config <file>', 'names the region', 'promisewatch.yaml')
        .addHelpText(
          'before',
          'Examples:\n  promisewatch secrets set trustpilot < key.txt\n  promisewatch secrets set /promisewatch/secrets/bluesky\n',
        )
        .action((name: string, flags: { config: string }) =>
          setSecret(name, flags, world, outside),
        ),
    );
}

async function setSecret(
  given: string,
  flags: { config: string },
  world: World,
  outside: Outside,
): Promise<void> {
  const name = given.startsWith(BRANCH) ? given : `${BRANCH}${given}`;
  if (!/^\/promisewatch\/secrets\/[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/.test(name))
    throw new UsageError(
      `a name has letters, digits, dots, dashes and slashes, e.g. ${BRANCH}trustpilot`,
    );
  const config = readConfigFile(flags.config, world.cwd);
  // Editors put a byte order mark before a key and line ends after it; trim takes both for white space.
  const value = (await outside.readSecret(`${name}: `)).trim();
  if (value === '')
    throw new UsageError('nothing came in on stdin: pipe the key in, or type it and press Enter.');
  if (/[\r\n]/.test(value))
    throw new UsageError(
      'the key has more than one line: pipe in the key alone. Nothing was stored.',
    );
  if (Buffer.byteLength(value) > MAX_BYTES)
    throw new UsageError(`the key is longer than ${MAX_BYTES} bytes, which SSM does not take.`);
  const { region } = config.deploy;
  const put = { Name: name, Value: value, Type: 'SecureString', Overwrite: true } as const;
  const store = async () => {
    const { PutParameterCommand, SSMClient } = await import('@aws-sdk/client-ssm');
    const ssm = new SSMClient({ region });
    const stored = await ssm.send(new PutParameterCommand(put));
    ssm.destroy();
    return stored.Version;
  };
  const version = await explained(`SSM in ${region}`, store, []);
  world.print(`${name} is stored (version ${version}). Functions read it at their next start.`);
  if (![...secretsOf(config), ...channelSecretsOf(config)].includes(name))
    world.complain(
      `Nothing in ${flags.config} names it yet: add "secret: ${name}" to a source or a channel.`,
    );
}
