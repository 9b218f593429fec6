import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runCommandLine } from './command-line.ts';
import { MemoryTerminal } from './testing/memory-terminal.ts';

async function run(...args: string[]) {
  const terminal = new MemoryTerminal();
  const code = await runCommandLine(args, 'serval', {}, terminal);
  return { code, out: terminal.written, errors: terminal.errorsWritten };
}

describe('runCommandLine', () => {
  it('explains the commands', async () => {
    const { code, out, errors } = await run('help');
    assert.deepEqual([code, errors], [0, '']);
    for (const command of ['inspect', 'engine install', '--help', '--version']) {
      assert.ok(out.includes(`serval ${command}`), command);
    }
  });

  const failures: [args: string[], error: string][] = [
    [['inspct'], 'There is no command inspct. Did you mean serval inspect?'],
    [['engin', 'list'], 'There is no command engin. Did you mean serval engine?'],
    [['engine'], 'Say what to do: serval engine install|list|remove [tensorflow|tensorflow-text]'],
    [
      ['engine', 'upgrade'],
      'Say what to do: serval engine install|list|remove [tensorflow|tensorflow-text]',
    ],
    [
      ['engine', 'install', 'tensorflow', '2'],
      'Say what to do: serval engine install|list|remove [tensorflow|tensorflow-text]',
    ],
    [
      ['engine', 'install', 'onnx'],
      'There is no engine onnx: the engines are tensorflow, tensorflow-text.',
    ],
    [['engine', 'list', '--all'], 'There is no option --all.'],
  ];
  for (const [args, error] of failures) {
    it(`refuses ${args.join(' ')}`, async () => {
      const { code, out, errors } = await run(...args);
      assert.deepEqual([code, out, errors], [255, '', `serval: ${error}\n`]);
    });
  }
});
