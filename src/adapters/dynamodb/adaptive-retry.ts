/**
 * Settings of a client that writes as fast as it may: when the table refuses requests, it asks less often, and what it
 * could not write right away it writes later. With the client's own settings it gives up after three tries, the
 * message comes again after minutes, and after five such times it is a dead letter (`npm run bench throttling`).
 */
export const ADAPTIVE_RETRY = { retryMode: 'adaptive' } as const;
