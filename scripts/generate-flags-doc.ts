/**
 * Writes docs/flags.md from the flag table. `--check` compares instead, and fails where they
 * differ.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FlagSpec } from '../src/config/index.ts';
import { flagDefaultText, flags, flagText, flagVariable } from '../src/config/index.ts';

const file = fileURLToPath(new URL('../docs/flags.md', import.meta.url));

const intro = `# Flags

Written by \`scripts/generate-flags-doc.ts\` from the table in \`src/config/flags.ts\`; do not edit.

Flags are written \`--name=value\`, booleans also \`--name\`. The last occurrence counts, \`--\` ends the flags. A value of the wrong
type ends the start with exit code 255; an unknown argument is a warning, with the name that was probably meant. Flags marked
**TFS** are those of TensorFlow Serving, with its types and defaults. What has no effect here is accepted, and says so in
one line of the log when it is given a value other than its default.

Every flag is also an environment variable: \`SERVAL_\` and its name in capitals (\`SERVAL_REST_API_PORT=8501\`), with the same values; an empty one
counts as not set. A flag goes before its variable, both before the variables of TensorFlow Serving's image, those before the default. The image's
\`MODEL_NAME\` and \`MODEL_BASE_PATH\` (the folder above the model's; by default \`model\` and \`/models\`, where one of them is set) and
\`MODEL_CONFIG_FILE\` count only where no flag and no \`SERVAL_\` variable names models. What Kubernetes sets for a Service named \`serval\`
(\`SERVAL_PORT=tcp://…\`) is no setting. \`--print_config\` shows the values in effect and where each comes from. \`SERVAL_CACHE_DIR\` is no flag: the folder of
downloaded libraries.
`;

function row(flag: FlagSpec): string {
  const variable = flagVariable(flag);
  const cells = [
    `\`${flag.name}\``,
    flag.type,
    flag.defaultText ?? `\`${flagDefaultText(flag)}\``,
    flag.tfs ? 'TFS' : '',
    variable === null ? '' : `\`${variable}\``,
    `${flagText(flag).replaceAll('|', '\\|')}.`,
  ];
  return `| ${cells.join(' | ')} |\n`;
}

const groups = new Set(flags.map((flag) => flag.group));
const sections = [...groups].map((group) => {
  const rows = flags.filter((flag) => flag.group === group).map(row);
  return `\n## ${group}\n| Flag | Type | Default | | Variable | What it does |\n|---|---|---|---|---|---|\n${rows.join('')}`;
});
const text = intro + sections.join('');

if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  console.error(
    'docs/flags.md is not what the flag table says: node scripts/generate-flags-doc.ts',
  );
  process.exitCode = 1;
}
