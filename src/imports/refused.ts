/** The file as a whole cannot be imported; the message says why and what to do. Exit code 2, no stack. */
export class ImportRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ImportRefused';
  }
}
