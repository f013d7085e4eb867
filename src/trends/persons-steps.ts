import type { Incident } from './incident.ts';

/**
 * What is to be stored when a check has moved an incident that a person may have changed since the check read
 * it: acknowledgement and snooze are the person's alone, and what a person closed stays closed as it was. All
 * else is the check's.
 *
 * @returns undefined when the stored one stands: a person closed it, or a later day was checked
 */
export function withPersonsSteps(checked: Incident, stored: Incident): Incident | undefined {
  if (stored.checkedDay > checked.checkedDay) return undefined;
  if (stored.closedBecause === 'operator') return undefined;
  const { acknowledgedBy, snoozedUntil } = stored;
  return { ...checked, acknowledgedBy, snoozedUntil };
}
