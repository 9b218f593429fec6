/**
 * Loaded into a server before anything else: ends it when the process that started it has ended, however it did. Else
 * servers would be left behind by one that was killed.
 */
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// The channel keeps no server running that has ended by itself.
process.channel?.unref();
