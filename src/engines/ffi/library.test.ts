import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { Code } from '../../status/index.ts';
import { openLibrary, pinLibrary } from './library.ts';
import { nativePlatform } from './platform.ts';

describe('pinLibrary', () => {
  it('loads a library for good, as often as it is asked', async () => {
    const { libc } = nativePlatform();
    await pinLibrary(libc);
    await pinLibrary(libc);
    assert.equal(openLibrary(libc).func('abs', 'int', ['int'])(-3), 3);
  });

  it("tells the dynamic linker's reason for a file that is missing, and for one that is none", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'serval-library-'));
    try {
      const missing = path.join(folder, 'missing.so');
      await assert.rejects(pinLibrary(missing), (error: { code: Code; message: string }) => {
        assert.equal(error.code, Code.FAILED_PRECONDITION);
        assert.match(
          error.message,
          /^Cannot load the native library .*missing\.so: .*No such file/,
        );
        return true;
      });
      const broken = path.join(folder, 'broken.so');
      await writeFile(broken, 'this is no library');
      await assert.rejects(pinLibrary(broken), /broken\.so: .*(invalid ELF header|too short)/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
