import type { PlaceFlags } from './flags.ts';

/** A value as a shell takes it as one word. */
function quoted(value: string): string {
  return /^[\w./:@%+=,-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

/** The command that has these flags, ready to be typed. */
export function commandOf(
  name: string,
  flags: Readonly<Record<string, unknown>>,
  args: readonly string[] = [],
): string {
  const words = ['promisewatch', name, ...args.map(quoted)];
  for (const [flag, value] of Object.entries(flags)) {
    if (value === undefined || value === false) {
      if (flag === 'color') words.push('--no-color');
      continue;
    }
    if (flag === 'color') continue;
    const option = `--${flag.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    words.push(value === true ? option : `${option} ${quoted(String(value))}`);
  }
  return words.join(' ');
}

/** Where the data is, as flags for another command. */
export function placeOf({ local, data, stack, region, profile, config }: PlaceFlags) {
  return { local, data, stack, region, profile, config };
}

/** A sentence that ends in a command that reads data. */
const HINT =
  /promisewatch (?:mentions|promises|incidents|trends|sources|coverage|sends|resume|action|case|outage|export|sql|ui|backtest)\b[^\n]*$/;

/** What a person is told to type next, with the flags that name the same data, so that it can be typed as it is. */
export function inPlace(sentence: string, flags: PlaceFlags): string {
  const [command] = HINT.exec(sentence) ?? [];
  // The schema is the same of all data.
  if (command === undefined || command.endsWith('--schema')) return sentence;
  const place = { ...placeOf(flags), brand: flags.brand };
  const missing = Object.entries(place).filter(
    ([name, value]) => value !== undefined && !command.includes(` --${name}`),
  );
  const words = commandOf('', Object.fromEntries(missing)).slice('promisewatch '.length);
  return `${sentence}${words}`;
}
