import { writeFileSync } from 'node:fs';

/** Other software on the same work in the same run. */
export interface Peer {
  readonly name: string;
  /** Null where it could not be run here. */
  readonly value: number | null;
  /** Why it could not. */
  readonly reason?: string;
}

/** One line of the table of `npm run bench`: something that this run measured, or says that it could not. */
export interface BenchRow {
  readonly what: string;
  readonly value: number | null;
  readonly unit: string;
  /** What it is held to, where it is held to something: a bound of the value. */
  readonly aim?: string;
  readonly peers?: readonly Peer[];
}

/** Runs a peer, which may be missing here or break: then it says so, and the others go on. */
export async function peer(name: string, run: () => number | Promise<number>): Promise<Peer> {
  try {
    return { name, value: await run() };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const reason = message.split('\n')[0] ?? '';
    console.log(`${name} cannot be run here: ${reason}`);
    return { name, value: null, reason };
  }
}

/** Hands the rows of a part that runs in a process of its own to `npm run bench`, where it asked for them. */
export function handOver(rows: readonly BenchRow[]): void {
  const [, file] =
    process.argv.find((argument) => argument.startsWith('--rows='))?.split('=') ?? [];
  if (file !== undefined) writeFileSync(file, JSON.stringify(rows));
}

/** Sizes and the like that were given besides. */
export const givenArguments = (): string[] =>
  process.argv.slice(2).filter((argument) => !argument.startsWith('--rows='));

/** Lines of at most 150 characters: part, what, figure, aim, peers. */
export function benchTable(
  parts: readonly { part: string; rows: readonly BenchRow[] }[],
): string[] {
  const lines = parts.flatMap(({ part, rows }) =>
    rows.map(({ what, value, unit, aim = '', peers = [] }) => [
      part,
      what,
      `${figure(value)} ${unit}`,
      aim,
      peers
        .map(
          (one) => `${one.name} ${one.value === null ? 'cannot be run here' : figure(one.value)}`,
        )
        .join(', '),
    ]),
  );
  const all = [['part', 'what', 'this run', 'aim', 'peers in this run'], ...lines];
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...all.map((cells) => cells[column]?.length ?? 0)),
  );
  return all.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function figure(value: number | null): string {
  if (value === null) return 'not measured:';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 3;
  return value.toLocaleString('en-GB', { maximumFractionDigits: digits });
}
