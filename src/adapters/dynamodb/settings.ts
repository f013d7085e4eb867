import { isDeepStrictEqual } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { Settings } from '../../config/config.ts';
import { parse, readJson } from '../../parse.ts';
import type { Checkpoints, SettingsStore } from '../../ports.ts';
import type { Item, Table } from './table.ts';

const PK = 'C#config';
const versionKey = (version: number) => `v#${String(version).padStart(6, '0')}`;

const contentsOf = (item: Item): unknown =>
  readJson(
    gunzipSync(item['settings'] as Uint8Array).toString('utf8'),
    `configuration ${String(item['SK'])}`,
  );

export interface SettingsVersions extends SettingsStore {
  /**
   * Stores the settings as the next immutable version and makes it current; settings that are
   * current already keep their version.
   */
  apply(settings: Settings, at: Date): Promise<number>;
  /** Makes an earlier version current. @returns false when there is none of that number */
  rollBack(version: number, at: Date): Promise<boolean>;
  /**
   * Every brand that any stored version names, with its sources: what left the configuration stays in the table until it
   * expires.
   */
  placesEver(): Promise<ReadonlyMap<string, ReadonlySet<string>>>;
}

/** What finds the mentions of a version, whatever rules the version followed otherwise. */
const Places = z.object({
  brands: z.array(z.object({ id: z.string(), sources: z.array(z.object({ id: z.string() })) })),
});

export function dynamoSettingsStore(table: Table): SettingsVersions {
  const pointer = async () => {
    const item = await table.get(PK, 'current', { consistent: true });
    return item === undefined ? undefined : Number(item['version']);
  };
  const read = async (version: number) => {
    const item = await table.get(PK, versionKey(version));
    if (item === undefined)
      throw new Error(`configuration version ${version} is not stored. Run apply again.`);
    return parse(Settings, contentsOf(item), `configuration version ${version}`);
  };
  const pointTo = async (to: number, at: Date) => {
    await table.put({ PK, SK: 'current', version: to, at: at.toISOString() });
  };
  return {
    currentVersion: pointer,
    read,
    async apply(settings, at) {
      const current = await pointer();
      if (current !== undefined && isDeepStrictEqual(await read(current), settings)) return current;
      const body = gzipSync(JSON.stringify(settings));
      if (body.length > 380_000)
        throw new Error('the configuration is too large for one item. Use a second stack.');
      const item = { PK, settings: body, at: at.toISOString() };
      let next = 1;
      for await (const last of table.query({
        pk: PK,
        from: 'v#',
        to: 'v#~',
        descending: true,
        consistent: true,
      })) {
        next = Number(String(last['SK']).slice(2)) + 1;
        break;
      }
      // Two people may apply at the same time: each gets a version of its own.
      while (
        !(await table.put(
          { ...item, SK: versionKey(next) },
          { expression: 'attribute_not_exists(PK)' },
        ))
      )
        next++;
      await pointTo(next, at);
      return next;
    },
    async rollBack(wanted, at) {
      if ((await table.get(PK, versionKey(wanted))) === undefined) return false;
      await pointTo(wanted, at);
      return true;
    },
    async placesEver() {
      const places = new Map<string, Set<string>>();
      for await (const item of table.query({ pk: PK, from: 'v#', to: 'v#~', consistent: true }))
        for (const { id, sources } of parse(Places, contentsOf(item), String(item['SK'])).brands)
          places.set(id, new Set([...(places.get(id) ?? []), ...sources.map((one) => one.id)]));
      return places;
    },
  };
}

export function dynamoCheckpoints(table: Table): Checkpoints {
  const keys = (job: string) => ({ PK: `C#${job}`, SK: 'checkpoint' });
  const get = async (job: string) => {
    const item = await table.get(keys(job).PK, keys(job).SK, { consistent: true });
    return item === undefined ? undefined : String(item['value']);
  };
  return {
    get,
    async set(job, value) {
      await table.put({ ...keys(job), value });
    },
    async swap(job, before, value) {
      const unchanged =
        before === undefined
          ? { expression: 'attribute_not_exists(PK)' }
          : {
              expression: '#value = :before',
              names: { '#value': 'value' },
              values: { ':before': before },
            };
      // A client that repeats a request whose answer was lost is refused by its own write.
      return (await table.put({ ...keys(job), value }, unchanged)) || (await get(job)) === value;
    },
  };
}
