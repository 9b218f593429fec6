/** Words that the threads of a test of places share: the number of the round, threads that are through with it, runs under way. */
export const inShared = { round: 0, done: 1, busy: 2 } as const;
