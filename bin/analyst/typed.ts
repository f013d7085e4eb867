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
