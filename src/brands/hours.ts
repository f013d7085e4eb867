import * as z from 'zod';

/** An IANA time zone that this runtime knows. */
export const TimeZone = z.string().refine(isTimeZone, {
  error: 'is not an IANA time zone. Example: Europe/London',
});

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'use HH:MM, e.g. 08:00' });

/** When a person or a channel takes digests, by its own clocks. */
export const Hours = z.strictObject({
  from: Clock.default('08:00'),
  to: Clock.default('20:00'),
  days: z
    .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))
    .min(1)
    .default(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']),
});
export type Hours = z.infer<typeof Hours>;
