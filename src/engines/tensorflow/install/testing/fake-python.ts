import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * An executable that stands in for a Python: whatever it is called with, it runs these lines of
 * shell. `$destination` is the folder that `pip download` is given with `-d`.
 *
 * @returns its path.
 */
export async function writeFakePython(directory: string, lines: string): Promise<string> {
  const path = join(directory, `python-${process.hrtime.bigint()}`);
  const script = `#!/bin/sh
destination=
previous=
for argument in "$@"; do
  if [ "$previous" = -d ]; then destination=$argument; fi
  previous=$argument
done
${lines}
`;
  await writeFile(path, script, { mode: 0o755 });
  return path;
}
