import { closest } from '../../src/config/suggest.ts';
import { EXIT, Refusal } from '../command.ts';

/** The known id that was typed. @throws {Refusal} naming what was probably meant, and what there is */
export function choose(what: string, typed: string, known: readonly string[]): string {
  if (known.includes(typed)) return typed;
  const guess = closest(typed, known);
  const hint =
    guess !== undefined
      ? `Did you mean "${guess}"?`
      : known.length === 0
        ? `There is no ${what} yet.`
        : `Known: ${known.slice(0, 20).join(', ')}${known.length > 20 ? ' …' : ''}.`;
  throw new Refusal(`there is no ${what} "${typed.slice(0, 60)}". ${hint}`, EXIT.notFound);
}

/** Several, separated by commas. */
export function chooseAll(what: string, typed: string, known: readonly string[]): string[] {
  return typed.split(',').map((one) => choose(what, one.trim(), known));
}
