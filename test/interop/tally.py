"""Counts checks and prints a line for each that fails."""


class Tally:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def check(self, name, run):
        """Runs one check. It passes when `run` returns None; a text or an exception says what is wrong."""
        try:
            problem = run()
        except Exception as error:  # One broken answer must not end the run: the others are worth knowing.
            problem = f"{type(error).__name__}: {str(error)[:300]}"
        if problem is None:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAIL {name}: {problem}", flush=True)


def unequal(what, expected, got):
    """None where both are equal, else a text for Tally.check."""
    return None if expected == got else f"{what}: expected {expected!r}, got {got!r}"
