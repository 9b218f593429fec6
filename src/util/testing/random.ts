/** Numbers that a seed repeats, by the name that tests know. */
export { seededRandom as randomFrom } from '../seeded-random.ts';
