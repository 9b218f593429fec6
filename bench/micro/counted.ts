/**
 * The program that runs under callgrind: calls a path of `paths/` again and again. Each call of
 * `os.loadavg`, which nothing else here calls, ends a stretch: valgrind writes down its count.
 *
 * @param argv name of the path; stretches before counting begins; stretches counted
 */
import { loadavg } from 'node:os';
import type { MicroPath } from './micro-path.ts';

const [name, warm, stretches] = process.argv.slice(2) as [string, string, string];
const { path } = (await import(`./paths/${name}.ts`)) as { readonly path: MicroPath };
const call = path.prepare();
for (let i = 0; i < Number(warm) * path.calls; i++) call();
for (let stretch = 0; stretch < Number(stretches); stretch++) {
  loadavg();
  for (let i = 0; i < path.calls; i++) call();
}
loadavg();
