import type { Item, Table } from '../../src/adapters/dynamodb/table.ts';
import { comeToRest, violationsAtRest } from '../simulation/run-schedule.ts';
import type { Fate } from '../simulation/tasks.ts';
import { type Script, simulatedWorld, type World } from '../simulation/world.ts';

/** A world in which only what the test says goes wrong. */
export function directedWorld(script: Script = {}, seed = 1): World {
  const world = simulatedWorld(seed, {
    fate: () => 'done',
    lag: () => 0,
    refuses: () => false,
    ...script,
  });
  world.calm();
  return world;
}

/** A fate for the n-th request (from 1) of a process that `matches`; all others are done. */
export function nth(
  n: number,
  fate: Fate,
  matches: (task: string, request: string) => boolean,
): { readonly fate: (task: string, request: string) => Fate; readonly happened: () => boolean } {
  let seen = 0;
  return {
    fate: (task, request) => {
      if (!matches(task, request)) return 'done';
      seen++;
      return seen === n ? fate : 'done';
    },
    happened: () => seen >= n,
  };
}

/** Every feed gets so many reviews. */
export function grow(world: World, count: number): void {
  for (const feed of world.feeds.values())
    for (let more = 0; more < count; more++) feed.grow(world.now());
}

/** Polls what is due and leaves the mentions on their queue. */
export async function pollAll(world: World): Promise<void> {
  world.start.dispatch();
  await world.settle();
  world.start.polls();
  await world.settle();
}

/** Polls, judges and counts. */
export async function passOnce(world: World): Promise<void> {
  await pollAll(world);
  world.start.mentions();
  await world.settle();
  world.start.rollup();
  await world.settle();
}

/** Lets everything heal and says what did not. */
export async function afterRest(world: World): Promise<readonly string[]> {
  await comeToRest(world);
  return violationsAtRest(world, new Map());
}

/** The world's table for the test itself: nothing befalls its requests. */
export const viewOf = ({ table }: Pick<World, 'table'>): Table =>
  table.as((_name, effect) => Promise.resolve(effect()));

export const storedMentions = (world: World): Item[] =>
  world.table.rows().filter(({ PK, SK }) => /^M#/.test(String(PK)) && SK === 'M');

/** Plays the same story with the fault at its first request, at its second, and so on, until the story has no more. */
export async function atEveryRequest(
  fates: readonly Fate[],
  matches: (task: string, request: string) => boolean,
  story: (world: World) => Promise<readonly string[]>,
): Promise<{ readonly places: number; readonly violations: readonly string[] }> {
  const violations: string[] = [];
  let places = 0;
  for (const fate of fates)
    for (let n = 1; ; n++) {
      const fault = nth(n, fate, matches);
      const found = await story(directedWorld({ fate: fault.fate }));
      if (!fault.happened()) break;
      places++;
      violations.push(...found.map((sentence) => `${fate} at request ${n}: ${sentence}`));
    }
  return { places, violations };
}
