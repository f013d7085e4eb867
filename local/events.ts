import type { CallRecord } from './gateway/ledger.ts';
import type { OutboxMail } from './stand-ins/outbox.ts';

/** How one invocation of a function ended. */
export type InvocationOutcome = 'succeeded' | 'failed' | 'timed out' | 'crashed';

/** What happens in a run, for progress lines and measurements. Instants are those of the run's clock. */
export type LocalEvent =
  | {
      readonly type: 'schedule';
      readonly schedule: string;
      readonly function: string;
      readonly at: string;
    }
  | {
      readonly type: 'invocation';
      /** Logical id. */
      readonly function: string;
      readonly requestId: string;
      readonly outcome: InvocationOutcome;
      /** `Error.message` or what stands for it; undefined when it succeeded. */
      readonly error: string | undefined;
      readonly coldStart: boolean;
      /** Real milliseconds in the handler. */
      readonly durationMs: number;
      /** Milliseconds of processor time in the handler's thread; undefined when it did not succeed. */
      readonly cpuMs: number | undefined;
      readonly at: string;
    }
  | {
      readonly type: 'batch';
      readonly function: string;
      readonly queue: string;
      readonly messages: number;
      readonly failures: number;
      readonly at: string;
    }
  | {
      readonly type: 'message';
      readonly queue: string;
      readonly messageId: string;
      readonly at: string;
    }
  | {
      readonly type: 'dead letter';
      readonly queue: string;
      readonly messageId: string;
      readonly at: string;
    }
  | { readonly type: 'mail'; readonly mail: OutboxMail }
  | { readonly type: 'denied'; readonly call: CallRecord }
  /** A resource of the template that has no counterpart here: alarms, metrics, log groups. */
  | { readonly type: 'ignored'; readonly resourceType: string; readonly logicalId: string };
