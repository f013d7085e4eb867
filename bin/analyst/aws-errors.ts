import { EXIT, Refusal } from '../command.ts';

const NO_CREDENTIALS = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'InvalidClientTokenId',
  'TokenProviderError',
  'SSOTokenProviderFailure',
]);
const NOT_ALLOWED = new Set(['AccessDenied', 'AccessDeniedException', 'NotAuthorized']);
const NO_NETWORK = new Set(['ENOTFOUND', 'ECONNREFUSED', 'ETIMEDOUT', 'ECONNRESET', 'EAI_AGAIN']);

/** What a person can do about it, which depends on the flags of the command. */
export interface Remedies {
  readonly signIn: string;
  readonly permissions: string;
  readonly place: string;
  /** Names where the region is written. */
  readonly region: string;
}

const FOR_ANALYSTS: Remedies = {
  signIn: 'aws sso login, or name a profile with --profile, then the same command again',
  permissions: "Ask for the stack's policy for analysts",
  place:
    'wrong account, wrong --region, or not deployed. Next: aws sts get-caller-identity, then the same command with --stack NAME --region REGION',
  region: '--region',
};

/** Turns what AWS answered into a sentence with the next command; anything else is returned as it is. */
export function explainAws(error: unknown, label: string, remedies = FOR_ANALYSTS): unknown {
  if (error instanceof Refusal || !(error instanceof Error)) return error;
  const { name, message } = error;
  if (NO_CREDENTIALS.has(name))
    return new Refusal(
      `AWS does not accept your credentials (${name}): they are missing or expired. Next: ${remedies.signIn}.`,
      EXIT.credentials,
    );
  if (NOT_ALLOWED.has(name))
    return new Refusal(
      `your credentials may not read ${label}: ${message}. ${remedies.permissions}.`,
      EXIT.credentials,
    );
  if (name === 'ResourceNotFoundException' || message.startsWith('there is no stack'))
    return new Refusal(`${label} is not there: ${remedies.place}.`, EXIT.notFound);
  const { code } = error as NodeJS.ErrnoException;
  if (NO_NETWORK.has(code ?? ''))
    return new Error(
      `${label} cannot be reached (${code}). Check the network and ${remedies.region}, then try again.`,
      { cause: error },
    );
  return error;
}
