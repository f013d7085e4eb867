import { dayIn } from '../mentions/day.ts';
import { IncidentKind } from './digest.ts';
import type { RecipientState } from './recipient-state.ts';

/** Mails about incidents that one person gets on one day of their own calendar, whatever the number of brands. */
export const ALERTS_A_DAY = 3;

/** Whether a digest is one of those that are capped: about an incident. What people asked for beside is not. */
export function isAlert(kind: string): boolean {
  return IncidentKind.safeParse(kind).success;
}

/** Whether a person has had as many mails about incidents today as anybody should get. */
export function isOverCap(
  state: Pick<RecipientState, 'alerts'> | undefined,
  timeZone: string,
  now: Date,
): boolean {
  const today = dayIn(timeZone, now);
  const sent = (state?.alerts ?? []).filter((at) => dayIn(timeZone, at) === today);
  return sent.length >= ALERTS_A_DAY;
}

/** The person after one more; only as many are kept as the cap can need. */
export function afterAlert(state: RecipientState, now: Date): RecipientState {
  return { ...state, alerts: [...(state.alerts ?? []), now.toISOString()].slice(-ALERTS_A_DAY) };
}
