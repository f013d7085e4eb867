/**
 * The time functions see and schedules follow.
 *
 * `jumpTo` exists on the virtual clock alone: it stands still until the scheduler moves it.
 */
export type Clock =
  | { readonly kind: 'real'; readonly now: () => Date }
  | {
      readonly kind: 'virtual';
      readonly now: () => Date;
      /** @throws {RangeError} when the instant lies in the past: time never runs backwards */
      readonly jumpTo: (instant: Date) => void;
    };

/** Wall-clock time. */
export function realClock(): Clock {
  return { kind: 'real', now: () => new Date() };
}

/**
 * Time that stands still while anything is in flight and then jumps to the next due schedule.
 *
 * @param start ISO 8601 instant; a data folder that has got further goes on from where it was
 */
export function virtualClock(start: string): Clock {
  let now = Date.parse(start);
  if (Number.isNaN(now)) throw new RangeError(`"${start}" is not an ISO 8601 instant`);
  return {
    kind: 'virtual',
    now: () => new Date(now),
    jumpTo: (instant) => {
      if (instant.getTime() < now) {
        throw new RangeError(
          `the clock stands at ${new Date(now).toISOString()} and cannot go back to ${instant.toISOString()}`,
        );
      }
      now = instant.getTime();
    },
  };
}
