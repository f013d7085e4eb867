import * as z from 'zod';

/** A short name that becomes part of table keys. */
export const Id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, {
  error: 'use lower-case letters, digits and dashes (at most 40), e.g. northbell',
});
