import { parseArgs } from 'node:util';
import * as z from 'zod';
import { closest } from '../../src/config/suggest.ts';
import { UsageError } from '../command.ts';

export const START_HELP = `Runs the whole product on this machine: no AWS, no Docker.

  npm start                          60 days of the example brand Northbell, then a mailbox page
  npm start -- --once                the same, ending by itself with one JSON line
  npm start -- --config FILE         your own promisewatch.yaml on its live sources
  npm start -- --config FILE --once  read, judge, check and mail once, then end

  --data DIR   where state is kept between runs (default: .promisewatch/northbell or .promisewatch/own)
  --port N     port of the mailbox page (default: 4390)
`;

export interface StartOptions {
  readonly help: boolean;
  readonly once: boolean;
  readonly data: string;
  readonly port: number;
  /** The operator's own file; undefined plays the example. */
  readonly config: string | undefined;
}

const Port = z.coerce.number().int().min(0).max(65_535);

/** @throws {UsageError} for an unknown flag or a value that cannot be meant */
export function readStartOptions(argv: readonly string[]): StartOptions {
  const { values, positionals } = parse(argv);
  const [stray] = positionals;
  if (stray !== undefined)
    throw new UsageError(
      `"${stray}" is not an option. Options begin with --; see npm start -- --help`,
    );
  const port = Port.safeParse(values.port ?? 4390);
  if (!port.success) throw new UsageError('--port takes a number from 0 to 65535');
  if (values.config === '') throw new UsageError('--config takes the name of a file');
  if (values.data === '') throw new UsageError('--data takes the name of a folder');
  return {
    help: values.help ?? false,
    once: values.once ?? false,
    data: values.data ?? `.promisewatch/${values.config === undefined ? 'northbell' : 'own'}`,
    port: port.data,
    config: values.config,
  };
}

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  once: { type: 'boolean' },
  data: { type: 'string' },
  port: { type: 'string' },
  config: { type: 'string' },
} as const;

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const unknown = /Unknown option '(-+)([^']*)'/.exec(message);
    if (unknown === null) throw new UsageError(message.split('. ')[0] ?? message);
    const guess = closest(unknown[2] ?? '', Object.keys(OPTIONS));
    const hint = guess === undefined ? 'See npm start -- --help' : `Did you mean --${guess}?`;
    throw new UsageError(`unknown option ${unknown[1]}${unknown[2]}. ${hint}`);
  }
}
