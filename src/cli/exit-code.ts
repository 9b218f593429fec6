/** Exit codes of every command (spec 1.1). */
export const ExitCode = {
  OK: 0,
  /** TFS's for everything that fails: a bad flag value, a start that fails, `--help`. */
  FAILED: 255,
} as const;
