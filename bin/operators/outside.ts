import { spawn } from 'node:child_process';
import { resolveTxt } from 'node:dns/promises';
import { delimiter, join } from 'node:path';
import { createInterface, type Interface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** What operators' commands need beside AWS: the person at the keyboard, other programs, and DNS. */
export interface Outside {
  /** Whether somebody can answer a question. */
  readonly isInteractive: boolean;
  /** One line of an answer, without its end; undefined when there is nobody left to answer. */
  readonly ask: (question: string) => Promise<string | undefined>;
  /** A secret: all of a pipe, or one line typed without showing it. */
  readonly readSecret: (question: string) => Promise<string>;
  /** Runs a program of this repository, its output on the terminal. @returns its exit code */
  readonly run: (
    program: string,
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ) => Promise<number>;
  /** TXT records, each joined; none for a name that has none. */
  readonly txtRecords: (name: string) => Promise<string[]>;
}

const ROOT = join(import.meta.dirname, '..', '..');

/** The real ones. Opened at the first question, so that a command that asks nothing leaves stdin alone. */
export function realOutside(): Outside {
  let lines: { reader: Interface; next: AsyncIterator<string> } | undefined;
  return {
    isInteractive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    async ask(question) {
      process.stderr.write(question);
      lines ??= openLines();
      const { value, done } = await lines.next.next();
      return done === true ? undefined : String(value);
    },
    async readSecret(question) {
      if (process.stdin.isTTY !== true) return readAll();
      process.stderr.write(question);
      // What is typed is echoed by the reader's output, and this one goes nowhere.
      const output = new Writable({ write: (_chunk, _encoding, done) => done() });
      const reader = createInterface({ input: process.stdin, output, terminal: true });
      const secret = await reader.question('');
      reader.close();
      process.stderr.write('\n');
      return secret;
    },
    run: (program, args, env = {}) =>
      new Promise((resolve, reject) => {
        const bin = join(ROOT, 'node_modules', '.bin');
        const path = `${bin}${delimiter}${process.env['PATH'] ?? ''}`;
        const child = spawn(join(bin, program), [...args], {
          cwd: ROOT,
          stdio: 'inherit',
          env: { ...process.env, PATH: path, ...env },
        });
        child.once('error', reject);
        child.once('close', (code) => resolve(code ?? 1));
      }),
    async txtRecords(name) {
      try {
        return (await resolveTxt(name)).map((parts) => parts.join(''));
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOTFOUND' || code === 'ENODATA') return [];
        throw error;
      }
    },
  };
}

function openLines() {
  const reader = createInterface({ input: process.stdin });
  process.once('beforeExit', () => reader.close());
  return { reader, next: reader[Symbol.asyncIterator]() };
}

async function readAll(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
