import { DatabaseSync } from 'node:sqlite';

/**
 * What a run has got through: the position of the virtual clock and the last time each schedule ran.
 * Every write is on disk before it returns, so a killed run goes on where it was.
 */
export type Journal = {
  readonly position: () => Date | undefined;
  readonly moveTo: (instant: Date) => void;
  readonly lastRun: (schedule: string) => Date | undefined;
  readonly ran: (schedule: string, instant: Date) => void;
  /** The instant the resources of this folder were first created. */
  readonly createdAt: (now: Date) => Date;
  readonly close: () => void;
};

const POSITION = 'clock';
const CREATED = 'created';

export function openJournal(file: string): Journal {
  const database = new DatabaseSync(file);
  // WAL with NORMAL survives a killed process, which is what we promise; a power cut may cost the last steps.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  database.exec('CREATE TABLE IF NOT EXISTS instants (name TEXT PRIMARY KEY, at TEXT NOT NULL)');
  const read = database.prepare('SELECT at FROM instants WHERE name = ?');
  const write = database.prepare('INSERT OR REPLACE INTO instants (name, at) VALUES (?, ?)');
  const get = (name: string): Date | undefined => {
    const row = read.get(name);
    return row === undefined ? undefined : new Date(String(row['at']));
  };
  const set = (name: string, instant: Date): void => {
    write.run(name, instant.toISOString());
  };
  return {
    position: () => get(POSITION),
    moveTo: (instant) => set(POSITION, instant),
    lastRun: (schedule) => get(`schedule ${schedule}`),
    ran: (schedule, instant) => set(`schedule ${schedule}`, instant),
    createdAt: (now) => {
      const known = get(CREATED);
      if (known === undefined) set(CREATED, now);
      return known ?? now;
    },
    close: () => database.close(),
  };
}
