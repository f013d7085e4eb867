import type { Note } from '../rollups/note.ts';
import type { CaseCounts } from './digest.ts';

/**
 * What people did with single mentions: cases open at the end of the span, and what else happened in it.
 *
 * @param since instants of ISO 8601 in UTC; notes of exactly this instant belong to the span before
 * @returns null when nobody did anything and no case is open
 */
export function casesBetween(
  notes: readonly Note[],
  since: string,
  until: string,
): CaseCounts | null {
  const known = notes.filter(({ at }) => at <= until);
  const recent = known.filter(({ at }) => at > since);
  const counts: CaseCounts = {
    open: openCases(known).length,
    fixed: mentionsOf(recent, (note) => note.kind === 'case' && note.step === 'fixed'),
    notAboutUs: mentionsOf(recent, (note) => note.kind === 'relabel' && note.aboutUs === false),
    wrongVerdict: mentionsOf(
      recent,
      (note) => note.kind === 'relabel' && (note.sentiment !== null || note.verdicts.length > 0),
    ),
  };
  return Object.values(counts).every((count) => count === 0) ? null : counts;
}

/** Ids of the mentions whose last case was opened and not fixed since, oldest first. */
export function openCases(notes: readonly Note[]): string[] {
  const open = new Set<string>();
  for (const note of notes) {
    if (note.kind !== 'case') continue;
    if (note.step === 'opened') open.add(note.mention);
    else open.delete(note.mention);
  }
  return [...open];
}

/** A mention that was touched twice counts once. */
function mentionsOf(notes: readonly Note[], is: (note: Note) => boolean): number {
  return new Set(notes.filter(is).map((note) => ('mention' in note ? note.mention : note.id))).size;
}
