import * as z from 'zod';

/** An IANA time zone that this runtime knows. */
export const TimeZone = z.string().refine(isTimeZone, {
  error: 'is not an IANA time zone. Example: Europe/London',
});

/** Zones by the names that this runtime prefers; asking for a formatter takes ten times as long as all of them. */
let preferred: ReadonlySet<string> | undefined;

function isTimeZone(name: string): boolean {
  preferred ??= new Set(Intl.supportedValuesOf('timeZone'));
  if (preferred.has(name)) return true;
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
