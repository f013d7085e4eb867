import type { DatabaseSync } from 'node:sqlite';
import type { PlaceFlags } from '../analyst/flags.ts';
import { progress } from '../analyst/progress.ts';
import { type Data, withSession } from '../analyst/session.ts';
import { commandOf, placeOf } from '../analyst/typed.ts';
import type { World } from '../command.ts';
import { unreadableWords } from '../output/words.ts';
import { cacheFile, openForSync } from './open.ts';
import { type SyncReport, sync } from './sync.ts';

export async function syncCommand(
  flags: PlaceFlags & { readonly full?: boolean },
  world: World,
): Promise<void> {
  await withSession(flags, world, async (session) => {
    const file = cacheFile(session.cacheKey, world);
    const db = openForSync(file);
    try {
      const report = await syncNow(session, db, flags.full === true, world);
      if (report.stopped)
        world.complain(
          `stopped after ${report.daysRead} ${report.daysRead === 1 ? 'day' : 'days'}. It goes on with: ${commandOf('sync', { ...placeOf(flags), full: flags.full })}`,
        );
      else
        world.print(
          `${file}: ${report.days} days, ${report.daysRead} of them read, with ${report.mentionsRead} texts`,
        );
    } finally {
      db.close();
    }
  });
}

/** Syncs and shows how far it is. */
export async function syncNow(
  session: Data,
  db: DatabaseSync,
  full: boolean,
  world: World,
): Promise<SyncReport> {
  const shown = progress(world, 'copying day');
  try {
    const report = await sync(session, db, {
      full,
      syncedAt: world.now(),
      signal: world.signal,
      onDay: shown.step,
    });
    for (const row of report.unreadable) world.complain(unreadableWords(row));
    return report;
  } finally {
    shown.done();
  }
}
