import type { Terminal } from './command.ts';

/** Colour as NO_COLOR (no-color.org) and FORCE_COLOR wish, else when stdout is a terminal that has it. */
export function terminalOf(
  stdout: { readonly isTTY?: boolean; readonly columns?: number },
  stderr: { readonly isTTY?: boolean; readonly write: (text: string) => unknown },
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const isSet = (name: string) => (env[name] ?? '') !== '';
  const forced = isSet('FORCE_COLOR') && env['FORCE_COLOR'] !== '0';
  return {
    columns: stdout.isTTY === true ? (stdout.columns ?? 80) : undefined,
    colour: !isSet('NO_COLOR') && (forced || (stdout.isTTY === true && env['TERM'] !== 'dumb')),
    status: (text) => {
      if (stderr.isTTY === true) stderr.write(`\r\u001b[K${text}`);
    },
  };
}
