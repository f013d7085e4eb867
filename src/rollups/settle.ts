/** How long after a write the day index may lag behind the table. */
export const SETTLE_MINUTES = 15;
