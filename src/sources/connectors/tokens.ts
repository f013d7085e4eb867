import type { SourceFailure } from '../source-answer.ts';

/** A credential that a service gave for a while. */
export type Token = {
  readonly status: 'ok';
  readonly value: string;
  /** From when on it must not be used, in milliseconds since 1970. */
  readonly until: number;
};

/** Credentials of this process, so that services with few logins a day are not asked at each read. */
export type TokenCache = {
  /**
   * The token under this name, made when there is none or it has run out. Two who ask at once share
   * one attempt; failures are not kept.
   */
  get(
    name: string,
    now: Date,
    make: () => Promise<Token | SourceFailure>,
  ): Promise<Token | SourceFailure>;
  /** Forgets a token that its service no longer takes. */
  forget(name: string): void;
};

export function tokenCache(): TokenCache {
  const tokens = new Map<string, Token>();
  const attempts = new Map<string, Promise<Token | SourceFailure>>();
  return {
    async get(name, now, make) {
      const known = tokens.get(name);
      if (known !== undefined && now.getTime() < known.until) return known;
      const attempt = attempts.get(name) ?? make();
      attempts.set(name, attempt);
      try {
        const token = await attempt;
        if (token.status === 'ok') tokens.set(name, token);
        return token;
      } finally {
        attempts.delete(name);
      }
    },
    forget(name) {
      tokens.delete(name);
    },
  };
}
