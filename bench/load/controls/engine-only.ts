/**
 * A process that holds TensorFlow and a model and does nothing: what a server's memory is compared
 * with. Takes the version directory; prints `listening 0` when the model is loaded.
 */
import { openModel } from './open-model.ts';

await openModel(process.argv[2]!);
console.log('listening 0');
setInterval(() => {}, 60_000);
