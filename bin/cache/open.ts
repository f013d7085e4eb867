import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EXIT, Refusal, type World } from '../command.ts';
import { SCHEMA_VERSION, schemaSql } from './schema.ts';

/** Where the local copies are: PROMISEWATCH_CACHE, else the user's cache folder. One folder a store. */
export function cacheFile(key: string, { env }: Pick<World, 'env'>): string {
  const root =
    env['PROMISEWATCH_CACHE'] ??
    join(env['XDG_CACHE_HOME'] ?? join(env['HOME'] ?? homedir(), '.cache'), 'promisewatch');
  return join(root, key.replaceAll(/[^\w.-]/g, '_'), 'mentions.sqlite');
}

/** Opens the copy to be written, made anew if there is none of this version. Only its owner may read it. */
export function openForSync(file: string): DatabaseSync {
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
  if (existsSync(file) && versionOf(file) !== SCHEMA_VERSION)
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  const fresh = !existsSync(file);
  const db = new DatabaseSync(file, { timeout: 5000 });
  if (fresh) chmodSync(file, 0o600);
  // NORMAL survives a killed process; a power cut costs the last days at worst, and they are read again.
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 8000',
  );
  if (fresh) {
    db.exec('BEGIN');
    db.exec(schemaSql());
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    db.exec('COMMIT');
  }
  return db;
}

function versionOf(file: string): number {
  try {
    const db = new DatabaseSync(file, { readOnly: true });
    try {
      return Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
    } finally {
      db.close();
    }
  } catch {
    // Not a database: a file that was cut off, or something else under this name.
    return -1;
  }
}

/** @throws {Refusal} when there is no copy yet */
export function openToRead(file: string, syncCommand: string): DatabaseSync {
  if (!existsSync(file) || versionOf(file) !== SCHEMA_VERSION)
    throw new Refusal(
      `there is no local copy of this data yet. Next: ${syncCommand}`,
      EXIT.notFound,
    );
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  if (readMeta(db, 'syncedAt') === undefined) {
    db.close();
    throw new Refusal(
      `the local copy is not complete: its first sync was interrupted. It goes on with: ${syncCommand}`,
      EXIT.notFound,
    );
  }
  return db;
}

export function readMeta(db: DatabaseSync, name: string): string | undefined {
  const row = db.prepare('SELECT value FROM meta WHERE name = ?').get(name);
  return row === undefined ? undefined : String(row['value']);
}

export function writeMeta(db: DatabaseSync, name: string, value: string): void {
  db.prepare('INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)').run(name, value);
}

/** `data of 3 minutes ago`, in words for stderr. */
export function ageWords(syncedAt: string, now: Date): string {
  const minutes = Math.max(0, Math.round((now.getTime() - Date.parse(syncedAt)) / 60_000));
  if (minutes < 1) return 'data read just now';
  if (minutes < 60) return `data read ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} ago`;
  const hours = Math.round(minutes / 60);
  if (hours < 48) return `data read ${hours} ${hours === 1 ? 'hour' : 'hours'} ago`;
  return `data read ${Math.round(hours / 24)} days ago: stale. Add --fresh`;
}
