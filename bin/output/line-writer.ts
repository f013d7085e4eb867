/** Characters that are written at once. */
const CHUNK = 1 << 15;

/**
 * Gathers lines that are printed one after the other: a write each costs more than making them. What waits is written
 * as soon as the program waits for something, too, so that nobody waits for a first line.
 *
 * @param write called with whole lines
 * @param soon calls back when the program waits for something
 */
export function lineWriter(write: (text: string) => void, soon: (callback: () => void) => void) {
  let waiting = '';
  let isAsked = false;
  const flush = () => {
    isAsked = false;
    if (waiting === '') return;
    const text = waiting;
    waiting = '';
    write(text);
  };
  const print = (line: string) => {
    waiting += `${line}\n`;
    if (waiting.length >= CHUNK) flush();
    else if (!isAsked) {
      isAsked = true;
      soon(flush);
    }
  };
  return { print, flush };
}
