import { EXIT, Refusal } from '../command.ts';
import { missingProfile, namedProfile } from './aws-profile.ts';

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
  /** Where the named profile is not there. */
  readonly chooseProfile: string;
  readonly permissions: string;
  readonly place: string;
  /** Names where the region is written. */
  readonly region: string;
}

const FOR_ANALYSTS: Remedies = {
  signIn: 'aws sso login, or name a profile with --profile, then the same command again',
  chooseProfile: 'aws configure list-profiles, then the same command with --profile NAME',
  permissions: "ask for the stack's policy for analysts",
  place:
    'wrong account, wrong --region, or not deployed. Next: aws sts get-caller-identity, then the same command with --stack NAME --region REGION',
  region: '--region',
};

/** What keeps AWS from answering these credentials, and the next command. */
export interface CredentialTrouble {
  readonly what: string;
  readonly next: string;
}

/** @returns undefined for an error of any other kind */
export function credentialTrouble(
  { name, message }: Error,
  label: string,
  remedies: Remedies,
): CredentialTrouble | undefined {
  if (NOT_ALLOWED.has(name))
    return {
      what: `your credentials may not read ${label}: ${message}`,
      next: remedies.permissions,
    };
  if (!NO_CREDENTIALS.has(name)) return undefined;
  // The SDK's credential chain reads the profile from the environment alone, and does not say that it is not there.
  const missing = missingProfile(process.env);
  if (missing !== undefined) return { what: missing, next: remedies.chooseProfile };
  const profile = namedProfile(process.env);
  return profile === undefined
    ? {
        what: `AWS does not accept your credentials (${name}): they are missing or expired`,
        next: remedies.signIn,
      }
    : {
        what: `AWS does not accept the credentials of the profile "${profile}" (${name}): they are missing or expired`,
        next: `aws sso login --profile ${profile}, then the same command again`,
      };
}

/** Turns what AWS answered into a sentence with the next command; anything else is returned as it is. */
export function explainAws(error: unknown, label: string, remedies = FOR_ANALYSTS): unknown {
  if (error instanceof Refusal || !(error instanceof Error)) return error;
  const { name, message } = error;
  const trouble = credentialTrouble(error, label, remedies);
  if (trouble !== undefined)
    return new Refusal(`${trouble.what}. Next: ${trouble.next}.`, EXIT.credentials);
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
