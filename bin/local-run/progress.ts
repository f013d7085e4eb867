import type { LocalEvent } from '../../local/events.ts';

/** What a run says while it goes on, and the two times that people ask for. */
export interface Progress {
  readonly see: (event: LocalEvent, functions: ReadonlyMap<string, string>) => void;
  /** Seconds since the process began; null before it happened. */
  readonly times: () => { secondsToFirstMention: number | null; secondsToDigest: number | null };
}

const STAGES: Record<string, string> = {
  dispatch: 'dispatch  sources that are due become polls',
  collect: 'collect   polls become mentions on the queue',
  classify: 'classify  mentions are judged and stored',
  rollup: 'rollup    days are counted',
  check: 'check     closed days are tested for a turn',
  deliver: 'deliver   frozen digests become mails',
};

/** Tells each stage when it first happens, and every mail, dead letter and failed function. */
export function progressTo({
  complain,
  seconds,
  signal,
}: {
  readonly complain: (line: string) => void;
  readonly seconds: () => number;
  readonly signal: AbortSignal;
}): Progress {
  let firstMention: number | null = null;
  let firstDigest: number | null = null;
  const told = new Set<string>();

  const seeStage = (stage: string, at: string) => {
    if (told.has(stage)) return;
    told.add(stage);
    complain(`${minute(at)}  ${STAGES[stage] ?? stage}`);
  };

  return {
    times: () => ({ secondsToFirstMention: firstMention, secondsToDigest: firstDigest }),
    see: (event, functions) => {
      switch (event.type) {
        case 'mail':
          firstDigest ??= seconds();
          complain(
            `${minute(event.mail.at)}  mail to ${event.mail.to.join(', ')}: ${event.mail.subject}`,
          );
          break;
        case 'dead letter':
          complain(`${minute(event.at)}  a message was given up and lies in ${event.queue}`);
          break;
        case 'invocation':
          // A run that is stopped ends its functions in the middle of what they do.
          if (event.outcome !== 'succeeded' && !signal.aborted)
            complain(`${minute(event.at)}  a function ${event.outcome}: ${event.error ?? ''}`);
          break;
        case 'schedule':
        case 'batch': {
          const stage = nameOf(event.function, functions);
          if (stage === 'classify') firstMention ??= seconds();
          if (stage !== undefined) seeStage(stage, event.at);
          break;
        }
        default:
      }
    },
  };
}

function nameOf(logicalId: string, functions: ReadonlyMap<string, string>): string | undefined {
  for (const [name, id] of functions) if (id === logicalId) return name;
  return undefined;
}

/** `2026-10-12 21:30Z` */
function minute(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)}Z`;
}
