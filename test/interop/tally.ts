/** Counts checks, and prints a line for each that fails. */
export class Tally {
  #passed = 0;
  #failed = 0;

  get passed(): number {
    return this.#passed;
  }

  get failed(): number {
    return this.#failed;
  }

  /** Runs one check; it passes when it does not throw. Failures of one do not stop the others. */
  async check(name: string, run: () => Promise<void>): Promise<void> {
    try {
      await run();
      this.#passed++;
    } catch (error) {
      this.#failed++;
      console.log(`FAIL ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Adds what another program counted. */
  add(passed: number, failed: number): void {
    this.#passed += passed;
    this.#failed += failed;
  }

  toString(): string {
    return `${this.#passed} passed, ${this.#failed} failed`;
  }
}
