/** The gaps in ms between arrivals at random, so many a second (a Poisson process). @param random uniform in [0, 1) */
export function poissonGaps(rate: number, random: () => number): () => number {
  return () => (-Math.log(1 - random()) * 1000) / rate;
}
