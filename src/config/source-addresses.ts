import type { FetchFailureCode } from '../sources/fetch/failures.ts';
import { bareHost, hostAndPort, refusal } from '../sources/fetch/guard.ts';

const THIS_MACHINE: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '::1']);

/** What `config check` says where the collector would refuse later, with the same rules. */
const REFUSED: Partial<Record<FetchFailureCode, string>> = {
  URL_INVALID: 'is longer than an address may be. Look for a shorter one',
  CREDENTIALS_IN_URL:
    'contains a user name or password. Remove what stands before the @; keys belong into a secret',
  PORT_NOT_ALLOWED: 'uses a port other than 80 or 443. Use a public address on the usual port',
  NAME_NOT_ALLOWED:
    'is a name of a private network. Use a public address, or import what is said there',
  ADDRESS_NOT_ALLOWED:
    'is not on the public internet. Use a public address, or import what is said there',
};

/**
 * Why no collector will read an address, or undefined. Plain http is another rule's business. With
 * `http: true` an address of this machine passes: the local run reads it, a deployed collector does not.
 */
export function refusedAddress(address: string, isHttpAllowed: boolean): string | undefined {
  const url = URL.parse(address);
  if (url === null) return undefined;
  const loopback = isHttpAllowed && isOfThisMachine(address) ? hostAndPort(url) : undefined;
  const code = refusal(url, { allowHttp: true, loopback });
  return code && REFUSED[code];
}

/** Whether an address names the machine that reads it, which only the local run can do. */
export function isOfThisMachine(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && THIS_MACHINE.has(bareHost(url));
}
