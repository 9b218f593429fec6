import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';
import { root } from '../support/server.ts';

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(file: string): Set<string> {
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm);
  return new Set(
    Array.from(headings, ([, text]) =>
      text!
        .trim()
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

it('every link within the documentation leads to a page and a heading that exist', () => {
  const pages = globSync('{*.md,{docs,examples,bench,src,test}/**/*.md}', { cwd: root });
  assert.ok(pages.length > 30);
  for (const page of pages) {
    const file = path.join(root, page);
    for (const [, link] of readFileSync(file, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link!)) continue;
      const [target = '', anchor] = link!.split('#');
      const aim = target === '' ? file : path.join(path.dirname(file), target);
      assert.ok(existsSync(aim), `${page}: ${link}`);
      if (anchor !== undefined) assert.ok(anchorsOf(aim).has(anchor), `${page}: ${link}`);
    }
  }
});
