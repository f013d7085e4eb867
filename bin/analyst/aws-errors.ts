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

/** Turns what AWS answered into a sentence with the next command; anything else is returned as it is. */
export function explainAws(error: unknown, label: string): unknown {
  if (error instanceof Refusal || !(error instanceof Error)) return error;
  const { name, message } = error;
  if (NO_CREDENTIALS.has(name))
    return new Refusal(
      `AWS does not accept your credentials (${name}): they are missing or expired. Next: aws sso login, or name a profile with --profile, then the same command again.`,
      EXIT.credentials,
    );
  if (NOT_ALLOWED.has(name))
    return new Refusal(
      `your credentials may not read ${label}: ${message}. Ask for the stack's policy for analysts.`,
      EXIT.credentials,
    );
  if (name === 'ResourceNotFoundException' || message.startsWith('there is no stack'))
    return new Refusal(
      `${label} is not there: wrong account, wrong --region, or not deployed. Next: aws sts get-caller-identity, then the same command with --stack NAME --region REGION.`,
      EXIT.notFound,
    );
  const { code } = error as NodeJS.ErrnoException;
  if (NO_NETWORK.has(code ?? ''))
    return new Error(
      `${label} cannot be reached (${code}). Check the network and --region, then try again.`,
      { cause: error },
    );
  return error;
}
