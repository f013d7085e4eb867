import type { LocalEvent } from '../../local/events.ts';
import type { LocalWorld } from './run.ts';

/** Tells what happens, one line per stage when it first happens, and takes the two times. */
export class Progress {
  secondsToFirstMention: number | null = null;
  secondsToDigest: number | null = null;
  private readonly world: LocalWorld;
  private readonly told = new Set<string>();

  constructor(world: LocalWorld) {
    this.world = world;
  }

  see(event: LocalEvent, functions: ReadonlyMap<string, string>): void {
    if (event.type === 'mail') {
      this.secondsToDigest ??= this.world.seconds();
      const { at, to, subject } = event.mail;
      this.tell(`${shortInstant(at)}  mail to ${to.join(', ')}: ${subject}`);
      return;
    }
    if (event.type === 'dead letter') {
      this.tell(`${shortInstant(event.at)}  a message was given up and lies in ${event.queue}`);
      return;
    }
    if (event.type === 'invocation' && event.outcome !== 'succeeded')
      this.tell(`${shortInstant(event.at)}  a function ${event.outcome}: ${event.error ?? ''}`);
    if (event.type !== 'batch' && event.type !== 'schedule') return;
    const stage = [...functions].find(([, logicalId]) => logicalId === event.function)?.[0];
    if (stage === undefined) return;
    if (stage === 'classify' && event.type === 'batch' && event.messages > event.failures)
      this.secondsToFirstMention ??= this.world.seconds();
    if (this.told.has(stage)) return;
    this.told.add(stage);
    this.tell(`${shortInstant(event.at)}  ${STAGES[stage] ?? stage}`);
  }

  private tell(line: string): void {
    this.world.complain(line);
  }
}

const STAGES: Record<string, string> = {
  dispatch: 'dispatch  sources that are due become polls',
  collect: 'collect   polls become mentions on the queue',
  classify: 'classify  mentions are judged and stored',
  rollup: 'rollup    days are counted',
  check: 'check     closed days are tested for a turn',
  deliver: 'deliver   frozen digests become mails',
};

/** `12 Oct 22:30` in UTC is enough for a progress line. */
function shortInstant(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)}Z`;
}
