export interface Finding {
  /** good: nothing to do. note: works, but somebody should know. bad: it will not work, or not for long. */
  readonly level: 'good' | 'note' | 'bad';
  readonly topic: string;
  readonly text: string;
  /** The command or step that mends it. */
  readonly fix?: string;
}
