import type { Terminal } from '../terminal.ts';

/** A terminal that keeps what is written to it, for tests. */
export class MemoryTerminal implements Terminal {
  readonly columns = 80;
  readonly isScreen = false;
  readonly errors = { write: (text: string) => this.error(text) };
  written = '';
  errorsWritten = '';

  out(text: string): void {
    this.written += text;
  }

  error(text: string): void {
    this.errorsWritten += text;
  }

  async flush(): Promise<void> {}
}
