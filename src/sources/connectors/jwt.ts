import { createPrivateKey, type KeyObject, sign } from 'node:crypto';

/**
 * A signed JSON Web Token (RFC 7519) in compact form.
 *
 * @param privateKey PEM; of an elliptic curve P-256 for ES256, RSA for RS256
 * @returns undefined where the key cannot be read or does not fit the algorithm
 * @see RFC 7518, section 3.4: an ES256 signature is the two numbers, not their DER form
 */
export function signedJwt(
  algorithm: 'ES256' | 'RS256',
  privateKey: string,
  header: Readonly<Record<string, string>>,
  claims: Readonly<Record<string, string | number>>,
): string | undefined {
  const key = readKey(privateKey);
  if (key === undefined || !fits(key, algorithm)) return undefined;
  const head = part({ alg: algorithm, typ: 'JWT', ...header });
  const content = `${head}.${part(claims)}`;
  const signature = sign('sha256', Buffer.from(content), {
    key,
    ...(algorithm === 'ES256' ? { dsaEncoding: 'ieee-p1363' as const } : {}),
  });
  return `${content}.${signature.toString('base64url')}`;
}

function readKey(pem: string): KeyObject | undefined {
  try {
    // Keys that went through a shell or an environment variable have \n in letters.
    return createPrivateKey(pem.replaceAll('\\n', '\n'));
  } catch {
    return undefined;
  }
}

function fits(key: KeyObject, algorithm: 'ES256' | 'RS256'): boolean {
  return algorithm === 'ES256'
    ? key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
    : key.asymmetricKeyType === 'rsa';
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
