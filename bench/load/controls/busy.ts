/** A process that keeps one core busy; for latency beside others. */
console.log('listening 0');
setImmediate(function spin() {
  for (let i = 0; i < 1e6; i++);
  setImmediate(spin);
});
