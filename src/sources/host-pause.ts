import { createHash } from 'node:crypto';
import type { Checkpoints, HostPauses } from '../ports.ts';
import type { SourceAnswer } from './source-answer.ts';

const MINUTE_MS = 60_000;
/** Where a host refuses without saying for how long. */
const USUAL_MINUTES = 15;
const LONGEST_MINUTES = 24 * 60;
/** Sources of a paused host come back over this time, not all at once. */
const SPREAD_MINUTES = 20;

/**
 * Until when a host must be left alone after an answer, or undefined where it asked for nothing: a
 * 429 always asks for it, a 5xx when it says for how long. At most a day.
 */
export function pauseAsked(answer: SourceAnswer, now: Date): Date | undefined {
  if (answer.status !== 'failed') return undefined;
  const { code, retryAfterSeconds } = answer;
  if (code !== 'RATE_LIMITED' && (code !== 'SERVER_ERROR' || retryAfterSeconds === undefined))
    return undefined;
  const minutes = Math.min((retryAfterSeconds ?? USUAL_MINUTES * 60) / 60, LONGEST_MINUTES);
  return minutes <= 0 ? undefined : new Date(now.getTime() + minutes * MINUTE_MS);
}

/** When a source of a paused host is read: after the pause, each at its own moment. */
export function dueAfterPause(source: string, until: Date): Date {
  return new Date(until.getTime() + chanceOf(source) * SPREAD_MINUTES * MINUTE_MS);
}

/** A number from 0 to 1 that looks random and is always the same for the same text. */
export function chanceOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 0xffffffff;
}

/**
 * Pauses kept as checkpoints, one row a host. A shorter pause does not end a longer one: of two sources
 * read together one may have been told two hours and the other nothing.
 */
export function hostPauses({ get, set }: Pick<Checkpoints, 'get' | 'set'>): HostPauses {
  const until = async (host: string) => {
    const stored = await get(`pause#${host}`);
    return stored === undefined ? undefined : new Date(stored);
  };
  return {
    until,
    async pause(host, end) {
      const before = await until(host);
      if (before === undefined || before < end) await set(`pause#${host}`, end.toISOString());
    },
  };
}
